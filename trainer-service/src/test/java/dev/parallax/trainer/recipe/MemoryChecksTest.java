package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parallax.trainer.v1.Recipe;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryChecksTest {
  @ParameterizedTest
  @MethodSource({"batches", "stores"})
  void whatDoesNotFitIntoMemory_isRefusedWithWhatWould(Refusal refusal) {
    refusal.holds();
  }

  /** Caron et al. 2020: 4096 images, 2 views of 224 pixels and 6 of 96, 3000 prototypes. */
  @Test
  void swavOnImagenet_fits() {
    Recipe.Builder recipe = Compositions.swappedPrediction();
    recipe.getViewsBuilder().setImageSize(224).getPipelinesBuilder(1).setCount(6).setImageSize(96);
    recipe.getTargetsBuilder().clearQueue().getPrototypesBuilder().setCount(3000);
    recipe.getOptimizationBuilder().setBatchSize(4096);
    assertThatCode(() -> RecipeChecks.check("recipe", recipe.build())).doesNotThrowAnyException();
  }

  /** He et al. 2020: 256 images, 65,536 keys of 128 values. */
  @Test
  void mocoOnImagenet_fits() {
    Recipe.Builder recipe = Compositions.infoNce();
    recipe.getViewsBuilder().setImageSize(224);
    recipe.getExtractionBuilder().getProjectionBuilder(1).setSize(128);
    recipe.getTargetsBuilder().getQueueBuilder().setSize(65536);
    assertThatCode(() -> RecipeChecks.check("recipe", recipe.build())).doesNotThrowAnyException();
  }

  static Stream<Refusal> batches() {
    return Stream.of(
        batch(Compositions.negativeCosine(), 16_640, r -> {}, 16_384, "2 views of 32 pixels"),
        batch(
            Compositions.ntXent(),
            8_320,
            r -> {},
            8_192,
            "2 views that are compared with each other"),
        batch(
            Compositions.instanceSpreading(),
            8_192,
            r -> {},
            4_729,
            "2 views that are compared with each other"),
        batch(
            Compositions.ntXent(),
            512,
            r -> r.getViewsBuilder().setImageSize(1024),
            341,
            "2 views of 1024 pixels"),
        batch(
            Compositions.swappedPrediction(),
            1280,
            r ->
                r.getViewsBuilder()
                    .setImageSize(512)
                    .getPipelinesBuilder(1)
                    .setCount(6)
                    .setImageSize(96),
            1235,
            "2 views of 512 pixels and 6 views of 96 pixels"),
        batch(Compositions.rowPrediction(), 362, r -> {}, 294, "a grid of 7 by 7 patches"),
        batch(
            Compositions.ntXentWithQueue(),
            8192,
            r -> r.getTargetsBuilder().getQueueBuilder().setSize(262_144),
            510,
            "a queue of 262144 vectors"),
        batch(
            Compositions.bankNce(),
            2049,
            r -> r.getLossBuilder().getBankNceBuilder().setNegatives(4096),
            2048,
            "4096 negatives of 64 values"),
        batch(
            Compositions.swappedPrediction(),
            768,
            r -> r.getTargetsBuilder().getPrototypesBuilder().setCount(65_536),
            682,
            "6 views and 65536 prototypes"),
        batch(
            Compositions.multiScaleNce(),
            600,
            r ->
                r.getLossBuilder()
                    .getMultiScaleNceBuilder()
                    .addPairsBuilder()
                    .setFrom("layer1")
                    .setTo("layer1"),
            359,
            "pairs whose maps have 1040 places in all"),
        Refusal.of(
            Compositions.rowPrediction(),
            r -> {
              r.getViewsBuilder().setImageSize(1024);
              r.getViewsBuilder().getPipelinesBuilder(0).getPatchesBuilder().setStride(1);
            },
            "views.pipelines[0].patches gives 1034289 patches of 8 pixels; allowed: fewer, so"
                + " that a batch holds 2 images"));
  }

  static Stream<Refusal> stores() {
    return Stream.of(
        Refusal.of(
            Compositions.infoNce(),
            r -> {
              r.getExtractionBuilder().getProjectionBuilder(1).setSize(512);
              r.getTargetsBuilder().getQueueBuilder().setSize(1 << 20);
            },
            "targets.queue.size is 1048576; allowed: at most 524288 with vectors of 512 values (1"
                + " GiB)"),
        Refusal.of(
            Compositions.swappedPrediction(),
            r -> {
              r.getExtractionBuilder().getProjectionBuilder(1).setSize(256);
              r.getTargetsBuilder().getQueueBuilder().setSize(1 << 20);
            },
            "targets.queue.size is 1048576; allowed: at most 524288 with vectors of 256 values in 2"
                + " queues (1 GiB)"),
        Refusal.of(
            Compositions.swappedPrediction(),
            r -> {
              r.getExtractionBuilder().getProjectionBuilder(1).setSize(8192);
              r.getTargetsBuilder().clearQueue().getPrototypesBuilder().setCount(65_536);
            },
            "targets.prototypes.count is 65536; allowed: at most 32768 with projections of 8192"
                + " values (1 GiB)"));
  }

  private static Refusal batch(
      Recipe.Builder valid, int batch, Consumer<Recipe.Builder> change, int most, String with) {
    return Refusal.of(
        valid,
        r -> {
          r.getOptimizationBuilder().setBatchSize(batch);
          change.accept(r);
        },
        "optimization.batch_size is " + batch + "; allowed: at most " + most + " with " + with);
  }
}
