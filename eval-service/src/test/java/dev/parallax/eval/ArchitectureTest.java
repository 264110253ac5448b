package dev.parallax.eval;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(
    packages = "dev.parallax.eval",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] DOMAIN = {
    "dev.parallax.eval.data..",
    "dev.parallax.eval.embeddings..",
    "dev.parallax.eval.evaluation..",
    "dev.parallax.eval.features..",
    "dev.parallax.eval.knn..",
    "dev.parallax.eval.linear..",
    "dev.parallax.eval.parallel..",
    "dev.parallax.eval.tsne.."
  };

  @ArchTest
  static final ArchRule theDomain_knowsNoQuarkusNoGrpcAndNoMessages =
      noClasses()
          .that()
          .resideInAnyPackage(DOMAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "jakarta..",
              "io.smallrye..",
              "io.micrometer..",
              "io.grpc..",
              "com.google.protobuf..",
              "dev.parallax.*.v1..",
              "dev.parallax.platform.grpc..",
              "dev.parallax.eval.api..",
              "dev.parallax.eval.client..");

  @ArchTest
  static final ArchRule theClient_knowsNoQuarkus =
      noClasses()
          .that()
          .resideInAPackage("dev.parallax.eval.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.quarkus..", "jakarta..", "dev.parallax.eval.api..");

  @ArchTest
  static final ArchRule noService_importsAnother =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.parallax.trainer..", "dev.parallax.cli..");

  @ArchTest
  static final ArchRule theEmbeddingService_isKnownByItsContractOnly =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are of the embedding service, apart from its contract",
                  c ->
                      c.getPackageName().startsWith("dev.parallax.embedding")
                          && !c.getPackageName().equals("dev.parallax.embedding.v1")));

  @ArchTest
  static final ArchRule packages_areFreeOfCycles =
      SlicesRuleDefinition.slices().matching("dev.parallax.eval.(*)..").should().beFreeOfCycles();
}
