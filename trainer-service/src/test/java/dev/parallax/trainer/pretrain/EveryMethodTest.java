package dev.parallax.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every method: the small recipes, made smaller. */
class EveryMethodTest {
  private static final int IMAGES = 48;
  private static final int BATCH = 16;
  private static final int STEPS_PER_EPOCH = IMAGES / BATCH;
  private static final int EPOCHS = 3;

  @TempDir Path checkpoints;

  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  static Stream<Recipe> recipes() {
    return Recipes.builtIn().stream()
        .filter(recipe -> recipe.getName().endsWith("-small"))
        .filter(recipe -> !recipe.getTargets().hasTeacher());
  }

  static Stream<String> names() {
    return recipes().map(Recipe::getName);
  }

  @ParameterizedTest
  @MethodSource("names")
  void resumesBitForBitWithAllThatOutlivesAStep(String name, @TempDir Path other) throws Exception {
    TrainingSpec spec = spec(tiny(Recipes.named("recipe", name)));
    Map<String, float[]> whole;
    try (Trained trained = Runs.run(spec, checkpoints, new Runs.Recorded())) {
      whole = Runs.values(trained);
    }
    assertThatThrownBy(() -> Runs.run(spec, other, new Runs.Cut(STEPS_PER_EPOCH)))
        .hasMessage("cut");
    try (Trained resumed = Runs.run(spec, other, new Runs.Recorded())) {
      assertThat(Runs.values(resumed))
          .allSatisfy((key, values) -> assertThat(values).as(key).isEqualTo(whole.get(key)));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void movesEveryTrainedParameterAndKeepsItFinite(String name) throws Exception {
    Recipe recipe = tiny(Recipes.named("recipe", name));
    Map<String, float[]> before;
    Recipe.Builder still = recipe.toBuilder();
    still.getOptimizationBuilder().setEpochs(0).clearWarmupEpochs();
    try (Trained trained = Runs.run(spec(still.build()), checkpoints, new Runs.Recorded())) {
      before = Runs.values(trained);
    }
    var events = new Runs.Recorded();
    try (Trained trained = Runs.run(spec(recipe), checkpoints, events)) {
      assertThat(Runs.values(trained))
          .allSatisfy(
              (key, values) -> {
                assertThat(values).as(key).isNotEqualTo(before.get(key));
                for (float value : values) {
                  assertThat(value).as(key).isFinite();
                }
              });
    }
    assertThat(events.points.getLast().getLoss()).isFinite();
  }

  private static Recipe tiny(Recipe recipe) {
    Recipe.Builder tiny = recipe.toBuilder();
    if (tiny.getEncoder().hasResnet()) {
      tiny.getEncoderBuilder().getResnetBuilder().setWidth(0.125);
    } else {
      tiny.getEncoderBuilder().getAmdimBuilder().setChannels(16).setFeatures(64).setDepth(1);
    }
    for (int i = 0; i + 1 < tiny.getExtraction().getProjectionCount(); i++) {
      tiny.getExtractionBuilder().getProjectionBuilder(i).setSize(32);
    }
    if (tiny.getTargets().hasQueue()) {
      tiny.getTargetsBuilder().getQueueBuilder().setSize(2 * BATCH).setFromEpoch(0);
    }
    if (tiny.getTargets().hasPrototypes()) {
      tiny.getTargetsBuilder().getPrototypesBuilder().setCount(8).setFrozenEpochs(1);
    }
    if (tiny.getLoss().hasBankNce() && tiny.getLoss().getBankNce().getNegatives() > 0) {
      tiny.getLossBuilder().getBankNceBuilder().setNegatives(16);
    }
    if (tiny.getLoss().hasCrossEntropy()) {
      tiny.getLossBuilder().getCrossEntropyBuilder().setLabelFraction(1);
    }
    Optimization.Builder optimization = tiny.getOptimizationBuilder();
    optimization
        .setBatchSize(BATCH)
        .setEpochs(EPOCHS)
        .setWarmupEpochs(Math.min(0.5, optimization.getWarmupEpochs()))
        .setWarmupSteps(Math.min(2, optimization.getWarmupSteps()));
    return tiny.build();
  }

  private static TrainingSpec spec(Recipe recipe) {
    Recipes.validate("recipe", recipe);
    return TrainingSpec.newBuilder()
        .setData("synthetic:train?images=" + IMAGES)
        .setModel("m")
        .setSeed(1)
        .setRecipe(recipe)
        .build();
  }
}
