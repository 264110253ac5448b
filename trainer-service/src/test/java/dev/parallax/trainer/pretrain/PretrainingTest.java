package dev.parallax.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.InfoNce;
import dev.parallax.trainer.v1.MomentumEncoder;
import dev.parallax.trainer.v1.NegativeCosine;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {
  private static final int IMAGES = 72;
  private static final int BATCH = 16;
  private static final int STEPS_PER_EPOCH = IMAGES / BATCH;

  @TempDir Path checkpoints;

  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  @Test
  void theLossFallsAndTheCurveIsReported() throws Exception {
    var events = new Runs.Recorded();
    try (Trained trained = Runs.run(spec(20), checkpoints, events)) {
      assertThat(trained.steps()).isEqualTo(20L * STEPS_PER_EPOCH);
      assertThat(trained.metrics()).containsKeys("loss", "online_knn");
    }
    assertThat(events.points.getFirst().getStep()).isZero();
    assertThat(events.points.getFirst().hasOnlineKnn()).isTrue();
    // One report at the end of every epoch, and perhaps some between.
    List<TrainingPoint> reported =
        events.points.stream()
            .filter(p -> p.hasLoss() && p.getEpoch() == Math.rint(p.getEpoch()))
            .toList();
    assertThat(meanLoss(reported.subList(15, 20))).isLessThan(meanLoss(reported.subList(0, 5)));
    assertThat(reported.getLast().getEpoch()).isEqualTo(20);
    assertThat(reported).allSatisfy(p -> assertThat(p.getFeatureSpread()).isBetween(0.2, 1.1));
  }

  @Test
  void aRunCutInTheMiddleOfAnEpochEndsBitForBitAsOneThatWasNot(@TempDir Path other)
      throws Exception {
    Map<String, float[]> whole;
    try (Trained trained = Runs.run(spec(3), checkpoints, new Runs.Recorded())) {
      whole = Runs.values(trained);
    }
    var cut = new Runs.Cut(STEPS_PER_EPOCH);
    assertThatThrownBy(() -> Runs.run(spec(3), other, cut)).hasMessage("cut");
    try (Trained resumed = Runs.run(spec(3), other, new Runs.Recorded())) {
      assertThat(Runs.values(resumed))
          .allSatisfy((name, values) -> assertThat(values).as(name).isEqualTo(whole.get(name)));
    }
  }

  @Test
  void aRunThatIsTakenUpAtItsEndStillKnowsItsMetrics() throws Exception {
    Map<String, Double> metrics;
    try (Trained trained = Runs.run(spec(2), checkpoints, new Runs.Recorded())) {
      metrics = trained.metrics();
    }
    try (Trained resumed = Runs.run(spec(2), checkpoints, new Runs.Recorded())) {
      assertThat(resumed.metrics()).containsKeys("loss", "online_knn").isEqualTo(metrics);
    }
  }

  @Test
  void batchesThatAreLeftAtTheEndMakeAnUpdateAndACheckpoint() throws Exception {
    Recipe.Builder recipe = recipe(1).toBuilder();
    recipe.getOptimizationBuilder().setAccumulatedBatches(3);
    TrainingSpec spec = spec(1).toBuilder().setRecipe(recipe).build();
    Runs.run(spec, checkpoints, new Runs.Recorded()).close();
    try (Stream<Path> files = Files.list(checkpoints)) {
      List<Path> kept = files.sorted().toList();
      assertThat(kept)
          .extracting(file -> file.getFileName().toString())
          .containsExactly("step-000000000003.safetensors", "step-000000000004.safetensors");
    }
  }

  @Test
  void anInitialModelIsNeededForTheStartAlone() throws Exception {
    Optional<InitialModel> gone =
        Optional.of(
            () -> {
              throw new IOException("it is gone");
            });
    var events = new Runs.Recorded();
    assertThatThrownBy(() -> Runs.run(spec(1), checkpoints, events, gone, Optional.empty()))
        .hasMessage("it is gone");
    Runs.run(spec(1), checkpoints, events).close();
    try (Trained resumed = Runs.run(spec(1), checkpoints, events, gone, Optional.empty())) {
      assertThat(resumed.steps()).isEqualTo(STEPS_PER_EPOCH);
    }
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBefore(@TempDir Path other) throws Exception {
    Map<String, float[]> whole;
    try (Trained trained = Runs.run(spec(3), checkpoints, new Runs.Recorded())) {
      whole = Runs.values(trained);
    }
    try (Trained trained = Runs.run(spec(3), other, new Runs.Recorded())) {
      assertThat(trained.steps()).isPositive();
    }
    try (Stream<Path> files = Files.list(other)) {
      Path newest = files.sorted().toList().getLast();
      byte[] bytes = Files.readAllBytes(newest);
      Files.write(newest, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }
    var events = new Runs.Recorded();
    try (Trained resumed = Runs.run(spec(3), other, events)) {
      assertThat(Runs.values(resumed).get("conv1.weight")).isEqualTo(whole.get("conv1.weight"));
    }
    assertThat(events.warnings).singleElement().asString().contains("passed over checkpoint");
  }

  @Test
  void aCheckpointOfOtherSettingsIsNotTakenUp() throws Exception {
    Runs.run(spec(1), checkpoints, new Runs.Recorded()).close();
    var events = new Runs.Recorded();
    Runs.run(spec(1).toBuilder().setSeed(99).build(), checkpoints, events).close();
    assertThat(events.warnings).first().asString().contains("other settings");
  }

  @Test
  void aCheckpointOfOtherImagesIsNotTakenUp() throws Exception {
    Runs.run(spec(2), checkpoints, new Runs.Recorded()).close();
    var events = new Runs.Recorded();
    TrainingSpec fewer = spec(2).toBuilder().setData("synthetic:train?images=40").build();
    try (Trained trained = Runs.run(fewer, checkpoints, events)) {
      assertThat(trained.steps()).isEqualTo(2L * (40 / BATCH));
    }
    assertThat(events.warnings).first().asString().contains("other settings");
    try (Stream<Path> files = Files.list(checkpoints)) {
      assertThat(files).as("none is left of the run that was passed over").hasSize(2);
    }
  }

  @Test
  void zeroEpochsGiveTheEncoderAtRandomInitialisation() throws Exception {
    try (Trained trained = Runs.run(spec(0), checkpoints, new Runs.Recorded())) {
      assertThat(trained.steps()).isZero();
      assertThat(trained.parameters().get("bn1.running_var").toFloats()).containsOnly(1f);
    }
  }

  @Test
  void aLossThatIsNoNumberEndsTheRunAndSaysWhatHelps() {
    Recipe.Builder recipe = recipe(2).toBuilder();
    recipe
        .getOptimizationBuilder()
        .setLearningRate(100)
        .setWeightDecay(1)
        .setWarmupEpochs(0)
        .setEpochs(40);
    TrainingSpec diverging = spec(2).toBuilder().setRecipe(recipe).build();
    assertThatThrownBy(() -> Runs.run(diverging, checkpoints, new Runs.Recorded()))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("the loss is NaN")
        .hasMessageContaining("optimization.learning_rate");
  }

  @Test
  void aBatchLargerThanTheSetIsRefused() {
    Recipe.Builder recipe = recipe(1).toBuilder();
    recipe.getOptimizationBuilder().setBatchSize(IMAGES + 1);
    TrainingSpec spec = spec(1).toBuilder().setRecipe(recipe).build();
    assertThatThrownBy(() -> Runs.run(spec, checkpoints, new Runs.Recorded()))
        .hasMessageContaining("batch_size is 73")
        .hasMessageContaining("72 images");
  }

  private static TrainingSpec spec(int epochs) {
    return TrainingSpec.newBuilder()
        .setData("synthetic:train?images=" + IMAGES)
        .setModel("m")
        .setSeed(1)
        .setRecipe(recipe(epochs))
        .build();
  }

  private static Recipe recipe(int epochs) {
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    recipe.getViewsBuilder().setImageSize(16);
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.125);
    recipe
        .getOptimizationBuilder()
        .setBatchSize(BATCH)
        .setEpochs(epochs)
        .setWarmupEpochs(0)
        .setRateScaling(dev.parallax.trainer.v1.RateScaling.RATE_SCALING_NONE)
        .setLearningRate(0.05);
    return recipe.build();
  }

  @Test
  void aRepresentationThatCollapsesIsToldWithWhatToChange() throws Exception {
    Recipe.Builder recipe = recipe(6).toBuilder();
    recipe.getExtractionBuilder().clearProjection();
    recipe.getLossBuilder().setNegativeCosine(NegativeCosine.getDefaultInstance());
    recipe.getOptimizationBuilder().setLearningRate(0.5);
    var events = new Runs.Recorded();
    Runs.run(spec(6).toBuilder().setRecipe(recipe).build(), checkpoints, events).close();
    assertThat(events.warnings)
        .singleElement()
        .asString()
        .contains("the representation is collapsing")
        .contains("gradients flow to both sides: use targets.stop_gradient");
  }

  @Test
  void aLossThatStaysAtChanceIsToldWithWhatToChange() throws Exception {
    Recipe.Builder recipe = recipe(6).toBuilder();
    recipe.getLossBuilder().setInfoNce(InfoNce.newBuilder().setTemperature(10));
    recipe
        .getTargetsBuilder()
        .setMomentumEncoder(MomentumEncoder.newBuilder().setMomentum(0.9))
        .setQueue(FeatureQueue.newBuilder().setSize(4 * BATCH));
    recipe.getOptimizationBuilder().setLearningRate(1e-6);
    var events = new Runs.Recorded();
    Runs.run(spec(6).toBuilder().setRecipe(recipe).build(), checkpoints, events).close();
    assertThat(events.warnings)
        .singleElement()
        .asString()
        .contains("the loss is stuck at chance")
        .contains("log(K + 1) of K negatives")
        .contains("raise optimization.learning_rate");
  }

  private static double meanLoss(List<TrainingPoint> points) {
    return points.stream().mapToDouble(TrainingPoint::getLoss).average().orElseThrow();
  }
}
