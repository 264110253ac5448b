package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {
  private static final List<String> METHODS =
      List.of(
          "instdisc",
          "invaspread",
          "moco-v1",
          "moco-v2",
          "simclr",
          "simclr-v2",
          "simclr-v2-finetune",
          "simclr-v2-distill",
          "swav",
          "byol",
          "simsiam",
          "cpc-v2",
          "amdim");

  static Stream<String> names() {
    return Recipes.builtIn().stream().map(Recipe::getName);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyBuiltInRecipe_isValid(String name) {
    assertThatCode(() -> Recipes.validate("recipe", Recipes.named("recipe", name)))
        .doesNotThrowAnyException();
  }

  @Test
  void everyMethod_hasRecipesForImageNetCifarAndTwoCores() {
    assertThat(Recipes.builtIn())
        .extracting(Recipe::getName)
        .doesNotHaveDuplicates()
        .isSorted()
        .containsAll(
            METHODS.stream()
                .flatMap(m -> Stream.of(m + "-imagenet", m + "-cifar", m + "-small"))
                .toList());
  }

  static List<Recipe> builtIn() {
    return Recipes.builtIn();
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void everyRecipe_namesItsSourceAndAllAxes(Recipe recipe) {
    assertThat(recipe.getName()).matches("[a-z0-9][a-z0-9-]{0,62}");
    assertThat(recipe.getSource()).as("a year of a paper").containsPattern("20[12]\\d");
    assertThat(recipe.getViews().getPipelinesList())
        .isNotEmpty()
        .allSatisfy(pipeline -> assertThat(pipeline.getCount()).isPositive());
    assertThat(recipe.getEncoder().getKindCase()).isNotEqualTo(Encoder.KindCase.KIND_NOT_SET);
    assertThat(recipe.getSimilarity()).isNotEqualTo(Similarity.SIMILARITY_UNSPECIFIED);
    assertThat(recipe.getLoss().getKindCase()).isNotEqualTo(Loss.KindCase.KIND_NOT_SET);
    assertThat(recipe.getTargets().getKindCase()).isNotEqualTo(Targets.KindCase.KIND_NOT_SET);
    assertThat(recipe.getOptimization().getOptimizerCase())
        .isNotEqualTo(Optimization.OptimizerCase.OPTIMIZER_NOT_SET);
    assertThat(recipe.getOptimization().getDecay()).isNotEqualTo(Decay.DECAY_UNSPECIFIED);
    assertThat(recipe.getOptimization().getStepsCount() > 0)
        .isEqualTo(recipe.getOptimization().getDecay() == Decay.DECAY_STEP);
  }

  static Stream<Recipe> small() {
    return Recipes.builtIn().stream().filter(recipe -> recipe.getName().endsWith("-small"));
  }

  @ParameterizedTest
  @MethodSource("small")
  void everySmallRecipe_suitsTwoCores(Recipe recipe) {
    assertThat(recipe.getViews().getImageSize()).isEqualTo(32);
    assertThat(recipe.getOptimization().getBatchSize()).isBetween(32, 256);
    int views =
        recipe.getViews().getPipelinesList().stream().mapToInt(ViewPipeline::getCount).sum();
    assertThat(recipe.getOptimization().getEpochs() * views)
        .as("views of an image")
        .isLessThanOrEqualTo(30);
    switch (recipe.getEncoder().getKindCase()) {
      case RESNET -> {
        assertThat(recipe.getEncoder().getResnet().getDepth()).isEqualTo(18);
        assertThat(recipe.getEncoder().getResnet().getWidth()).isEqualTo(0.25);
      }
      case AMDIM ->
          assertThat(recipe.getEncoder().getAmdim().getChannels()).isLessThanOrEqualTo(32);
      case KIND_NOT_SET -> throw new AssertionError(recipe.getName());
    }
  }

  /** The encoder of Bachman et al. 2019 pads channels on its way up, and never drops any. */
  @Test
  void amdimFeatures_areNoFewerThanTheChannelsBeforeThem() {
    assertThat(Recipes.builtIn())
        .filteredOn(recipe -> recipe.getEncoder().hasAmdim())
        .isNotEmpty()
        .allSatisfy(
            recipe -> {
              int widening = recipe.getViews().getImageSize() == 32 ? 4 : 8;
              Amdim amdim = recipe.getEncoder().getAmdim();
              assertThat(amdim.getFeatures())
                  .isGreaterThanOrEqualTo(widening * amdim.getChannels());
            });
  }

  @Test
  void predictions_haveTheSizeOfTheProjectionTheyAreComparedWith() {
    assertThat(Recipes.builtIn())
        .filteredOn(recipe -> recipe.getExtraction().getPredictionCount() > 0)
        .isNotEmpty()
        .extracting(Recipe::getExtraction)
        .allSatisfy(
            extraction ->
                assertThat(extraction.getPredictionList().getLast().getSize())
                    .isEqualTo(extraction.getProjectionList().getLast().getSize()));
  }

  @Test
  void queues_takeWholeBatchesOfKeys() {
    assertThat(Recipes.builtIn())
        .filteredOn(recipe -> recipe.getTargets().hasQueue())
        .isNotEmpty()
        .allSatisfy(
            recipe -> {
              int batch = recipe.getOptimization().getBatchSize();
              int keys = recipe.getLoss().getInfoNce().getSymmetric() ? 2 * batch : batch;
              assertThat(recipe.getTargets().getQueue().getSize() % keys).isZero();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"imagenet", "cifar", "small"})
  void fineTuningOfSimClrV2_startsFromTheFirstLayerOfItsHead(String size) {
    Recipe pretraining = Recipes.named("recipe", "simclr-v2-" + size);
    Recipe fineTuning = Recipes.named("recipe", "simclr-v2-finetune-" + size);
    assertThat(fineTuning.getEncoder()).isEqualTo(pretraining.getEncoder());
    assertThat(pretraining.getExtraction().getProjectionList()).hasSize(3);
    assertThat(fineTuning.getExtraction().getProjectionList())
        .containsExactly(pretraining.getExtraction().getProjection(0));
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> Recipes.named("spec.recipe", "simclr-tiny"))
        .hasMessageContaining("spec.recipe is \"simclr-tiny\"")
        .hasMessageContaining("byol-cifar, byol-imagenet, byol-small")
        .hasMessageContaining("simclr-cifar, simclr-imagenet, simclr-small");
  }

  @ParameterizedTest
  @MethodSource
  void whatCannotWorkIsRefusedByFieldAndValue(
      Consumer<Recipe.Builder> change, String field, String value) {
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    change.accept(recipe);
    assertThatThrownBy(() -> Recipes.validate("spec.recipe", recipe.build()))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.field()).isEqualTo("spec.recipe." + field);
              assertThat(e.getMessage()).contains(value).contains("allowed");
            });
  }

  static Stream<Arguments> whatCannotWorkIsRefusedByFieldAndValue() {
    return Stream.of(
        change(
            r -> r.getLossBuilder().getNtXentBuilder().setTemperature(-1),
            "loss.nt_xent.temperature",
            "-1"),
        change(
            r -> r.getLossBuilder().getNtXentBuilder().setTemperature(Double.NaN),
            "loss.nt_xent.temperature",
            "NaN"),
        change(r -> r.clearLoss(), "loss", "not set"),
        change(
            r -> r.getEncoderBuilder().getResnetBuilder().setDepth(19),
            "encoder.resnet.depth",
            "19"),
        change(
            r -> r.getEncoderBuilder().getResnetBuilder().setStemValue(77),
            "encoder.resnet.stem",
            "UNRECOGNIZED"),
        change(r -> r.getOptimizationBuilder().setEpochs(-3), "optimization.epochs", "-3"),
        change(r -> r.getOptimizationBuilder().setBatchSize(1), "optimization.batch_size", "1"),
        change(
            r -> r.getOptimizationBuilder().setBatchSize(32768),
            "optimization.batch_size",
            "32768"),
        change(
            r -> {
              r.getOptimizationBuilder().setBatchSize(4096);
              r.getViewsBuilder().setImageSize(1024);
            },
            "optimization.batch_size",
            "at most 341 with 2 views of 1024 pixels"),
        change(
            r -> r.getOptimizationBuilder().setWarmupEpochs(11),
            "optimization.warmup_epochs",
            "11"),
        change(
            r -> r.getViewsBuilder().getPipelinesBuilder(0).setCount(1),
            "views.pipelines",
            "1 views"),
        change(
            r -> r.getViewsBuilder().getPipelinesBuilder(0).getCropBuilder().setMinScale(0),
            "views.pipelines[0].crop",
            "0.0 to 1.0"),
        change(
            r -> r.getExtractionBuilder().getProjectionBuilder(1).setSize(0),
            "extraction.projection[1].size",
            "0"),
        change(r -> r.clearSimilarity(), "similarity", "UNSPECIFIED"));
  }

  private static Arguments change(Consumer<Recipe.Builder> change, String field, String value) {
    return Arguments.of(change, field, value);
  }
}
