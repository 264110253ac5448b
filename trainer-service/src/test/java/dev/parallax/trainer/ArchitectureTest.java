package dev.parallax.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parallax", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule domainKnowsNoFramework =
      noClasses()
          .that()
          .resideInAPackage("dev.parallax.trainer..")
          .and()
          .resideOutsideOfPackages("dev.parallax.trainer.api..", "dev.parallax.trainer.v1..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "io.grpc..",
              "io.smallrye..",
              "io.vertx..",
              "io.micrometer..",
              "jakarta..",
              "org.eclipse.microprofile..");

  @ArchTest
  static final ArchRule onlyTorchTouchesTheEngine =
      noClasses()
          .that()
          .resideInAPackage("dev.parallax.trainer..")
          .and()
          .resideOutsideOfPackage("dev.parallax.trainer.torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule controlPlaneNeedsNoEngine =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.parallax.trainer.api..",
              "dev.parallax.trainer.control..",
              "dev.parallax.trainer.launch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.parallax.trainer.torch..",
              "dev.parallax.trainer.worker..",
              "dev.parallax.trainer.pretrain..",
              "ai.onnxruntime..");

  @ArchTest
  static final ArchRule importsGoOneWay =
      classes()
          .that()
          .resideInAPackage("dev.parallax.platform..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "dev.parallax.trainer.(api|control|launch|worker)..", "dev.parallax.images..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.parallax.trainer.(*)..").should().beFreeOfCycles();
}
