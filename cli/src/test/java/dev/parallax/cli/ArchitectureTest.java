package dev.parallax.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parallax.cli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  /** Of the services only the contracts are known, whose packages end with a version. */
  @ArchTest
  static final ArchRule cliMeetsServicesOnTheWire =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.parallax.platform..")
          .orShould()
          .dependOnClassesThat(
              new DescribedPredicate<>("belong to a service") {
                @Override
                public boolean test(JavaClass type) {
                  return type.getPackageName()
                          .matches("dev\\.parallax\\.(trainer|embedding|eval)(\\..*)?")
                      && !type.getPackageName().endsWith(".v1");
                }
              });

  @ArchTest
  static final ArchRule embeddingFilesKnowNoCalls =
      noClasses()
          .that()
          .resideInAPackage("dev.parallax.cli.output..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "picocli..");
}
