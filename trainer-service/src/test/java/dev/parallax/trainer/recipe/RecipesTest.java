package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Recipe;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecipesTest {
  @Test
  void everyBuiltInRecipeIsValidAndNamesItsSource() {
    assertThat(Recipes.builtIn()).isNotEmpty();
    assertThat(Recipes.builtIn())
        .allSatisfy(
            recipe -> {
              assertThatCode(() -> Recipes.validate("recipe", recipe)).doesNotThrowAnyException();
              assertThat(recipe.getSource()).contains("20");
            });
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> Recipes.named("spec.recipe", "simclr-tiny"))
        .hasMessageContaining("spec.recipe is \"simclr-tiny\"")
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
