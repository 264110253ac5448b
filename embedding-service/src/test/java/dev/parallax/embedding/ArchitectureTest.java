package dev.parallax.embedding;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.parallax.embedding",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule theDomain_knowsNoQuarkusAndNoGrpc =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..embedding.access..",
              "..embedding.model..",
              "..embedding.onnx..",
              "..embedding.s3..",
              "..embedding.provider..",
              "..embedding.cache..",
              "..embedding.batching..",
              "..embedding.input..",
              "..embedding.serving..",
              "..embedding.monitor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "io.grpc..",
              "io.micrometer..",
              "io.vertx..",
              "jakarta..",
              "dev.parallax.embedding.v1..",
              "dev.parallax.inference..",
              "dev.parallax.embedding.api..",
              "dev.parallax.embedding.app..",
              "dev.parallax.platform.grpc..");

  @ArchTest
  static final ArchRule theService_knowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.parallax.embedding..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.parallax.trainer..", "dev.parallax.eval..", "dev.parallax.cli..");

  @ArchTest
  static final ArchRule onnxRuntime_isTouchedByModelsAndBatchesOnly =
      noClasses()
          .that()
          .resideInAnyPackage("..embedding.api..", "..embedding.serving..", "..embedding.input..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");
}
