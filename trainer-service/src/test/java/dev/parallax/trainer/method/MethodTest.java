package dev.parallax.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.recipe.Compositions;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.BatchNormPolicy;
import dev.parallax.trainer.v1.BatchNormStatistics;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.views.ViewLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MethodTest {
  private static final int BATCH = 8;

  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  @Test
  void aBatchMeetsItsOwnKeysInTheQueueOnlyOnceItsGradientsAreComputed() {
    Recipe recipe = tiny("moco-v2-small");
    try (var fixture = new Fixture(recipe);
        TensorScope root = TensorScope.root();
        Step step = fixture.step(root, 0)) {
      float[] before = queue(fixture.method);
      Outcome outcome = fixture.method.run(step);
      assertThat(queue(fixture.method)).as("while the loss is computed").isEqualTo(before);
      Autograd.backward(outcome.loss());
      fixture.method.remember(step, outcome);
      float[] unit = outcome.remembered().getFirst().normalizeRows().toFloats();
      assertThat(Arrays.copyOf(queue(fixture.method), unit.length))
          .as("at unit length, as the cosine compares them")
          .isEqualTo(unit);
    }
  }

  @Test
  void chance_countsTheQueueFromTheEpochOnInWhichItIsUsed() {
    for (String name : new String[] {"moco-v2-small", "simclr-v2-small"}) {
      Recipe.Builder recipe = tiny(name).toBuilder();
      recipe.getTargetsBuilder().getQueueBuilder().setFromEpoch(3).setSize(4 * BATCH);
      if (!recipe.getTargets().hasMomentumEncoder()) {
        recipe.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.99);
      }
      int others = recipe.getLoss().hasNtXent() ? 2 * BATCH - 1 : 1;
      try (var fixture = new Fixture(recipe.build())) {
        assertThat(fixture.method.chanceLoss(2))
            .as(name)
            .hasValue(Math.log(recipe.getLoss().hasNtXent() ? others : BATCH));
        assertThat(fixture.method.chanceLoss(3)).as(name).hasValue(Math.log(others + 4 * BATCH));
      }
    }
  }

  @Test
  void aMomentumEncoderGetsNoGradientsAndFollowsTheTrainedOne() {
    Recipe.Builder recipe = tiny("byol-small").toBuilder();
    recipe.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.75).setCosineToOne(false);
    try (var fixture = new Fixture(recipe.build());
        TensorScope root = TensorScope.root();
        Step step = fixture.step(root, 0)) {
      Parameters momentum = fixture.method.state().getFirst();
      float old = momentum.get("momentum.conv1.weight").toFloats()[0];
      Autograd.backward(fixture.method.run(step).loss());
      float[] weight = fixture.parameters.get("conv1.weight").toFloats();
      weight[0] += 1;
      fixture.parameters.set("conv1.weight", weight);
      fixture.method.updated(0);
      assertThat(momentum.get("momentum.conv1.weight").toFloats()[0])
          .isEqualTo(0.75f * old + 0.25f * weight[0]);
    }
  }

  @Test
  void stopGradient_leavesTheOtherSideWithoutGradients() {
    // Without a prediction head a detached target makes the loss one-sided: half the gradient of
    // the symmetric one, in which both sides move.
    Recipe.Builder stopped = tiny("simsiam-small").toBuilder();
    stopped.getExtractionBuilder().clearPrediction();
    stopped.getOptimizationBuilder().setConstantPredictionRate(false);
    Recipe.Builder flowing = stopped.clone();
    flowing.getTargetsBuilder().getInBatchBuilder();
    float[] one = gradient(stopped.build());
    float[] both = gradient(flowing.build());
    for (int i = 0; i < one.length; i++) {
      assertThat(both[i]).isCloseTo(2 * one[i], org.assertj.core.api.Assertions.within(1e-5f));
    }
  }

  @Test
  void splitStatistics_areThoseOfThePartsEachByItself() {
    Layer norm = new Layer.BatchNorm("norm", 3, false);
    var split = policy(BatchNormStatistics.BATCH_NORM_STATISTICS_SPLIT, 2);
    try (Parameters parameters = Initialization.of(norm, 0);
        TensorScope scope = TensorScope.root()) {
      Tensor rows = scope.floats(random(8 * 3, 1), 8, 3);
      float[] together = new BatchNormRows(split, 0).run(norm, parameters, rows, 2).toFloats();
      for (int part = 0; part < 4; part++) {
        Tensor alone =
            Forward.run(norm, parameters, rows.slice(0, 2L * part, 2L * part + 2), TRAINING);
        assertThat(Arrays.copyOfRange(together, part * 6, part * 6 + 6))
            .isEqualTo(alone.toFloats());
      }
    }
  }

  @Test
  void viewsOfSeveralSizesShareTheStatisticsOfTheHead() {
    Layer norm = new Layer.BatchNorm("norm", 3, false);
    var global = policy(BatchNormStatistics.BATCH_NORM_STATISTICS_GLOBAL, 0);
    try (Parameters parameters = Initialization.of(norm, 0);
        TensorScope scope = TensorScope.root()) {
      Tensor large = scope.floats(random(4 * 3 * 16, 1), 4, 3, 4, 4);
      Tensor small = scope.floats(random(6 * 3 * 4, 2), 6, 3, 2, 2);
      Tensor means = Tensor.concat(0, List.of(large.globalAvgPool(), small.globalAvgPool()));
      float[] expected = Forward.run(norm, parameters, means, TRAINING).toFloats();
      List<Step.Rows> rows = List.of(new Step.Rows(large, 2), new Step.Rows(small, 3));
      float[] z =
          new BatchNormRows(global, 0)
              .run(channelMeans(Layer.Sequential.of(norm)), parameters, rows)
              .toFloats();
      assertThat(z).isEqualTo(expected);
    }
  }

  @Test
  void rowPredictionWithoutAProjectionPredictsTheRepresentationItself() {
    Recipe.Builder recipe = Compositions.rowPrediction();
    recipe.getExtractionBuilder().clearProjection();
    recipe.getOptimizationBuilder().setBatchSize(BATCH);
    try (var fixture = new Fixture(recipe.build());
        TensorScope root = TensorScope.root();
        Step step = fixture.step(root, 0)) {
      Outcome outcome = fixture.method.run(step);
      assertThat(outcome.z().shape()).containsExactly(BATCH * 49, 128);
      assertThat(outcome.z().toFloats()).doesNotContain(Float.NaN);
      Autograd.backward(outcome.loss());
      assertThat(Autograd.gradient(fixture.parameters.get("conv1.weight")).norm()).isPositive();
    }
  }

  @Test
  void aMethodThatStartsFromOtherParametersHasThemInItsMomentumEncoder() {
    try (var fixture = new Fixture(tiny("byol-small"))) {
      Parameters momentum = fixture.method.state().getFirst();
      float[] weight = random(fixture.parameters.get("conv1.weight").toFloats().length, 4);
      float[] mean = random(fixture.parameters.get("bn1.running_mean").toFloats().length, 5);
      fixture.parameters.set("conv1.weight", weight);
      fixture.parameters.set("bn1.running_mean", mean);
      fixture.method.start();
      assertThat(momentum.get("momentum.conv1.weight").toFloats()).isEqualTo(weight);
      assertThat(momentum.get("momentum.bn1.running_mean").toFloats()).isEqualTo(mean);
    }
  }

  /** The mean of each channel, then a head: a network for images of any size. */
  private static Network channelMeans(Layer.Sequential head) {
    return new Network(
        16,
        new Layer.GlobalAvgPool(),
        3,
        head,
        3,
        Layer.Sequential.IDENTITY,
        Layer.Sequential.IDENTITY,
        Optional.empty());
  }

  @Test
  void shuffledKeys_comeBackInTheirOrder_andMeetOtherRows() {
    Recipe recipe = tiny("moco-v2-small");
    Network network = Networks.of(recipe);
    var shuffled = policy(BatchNormStatistics.BATCH_NORM_STATISTICS_SHUFFLED, 2);
    var split = policy(BatchNormStatistics.BATCH_NORM_STATISTICS_SPLIT, 2);
    Network pixels = channelMeans(Layer.Sequential.IDENTITY);
    try (var fixture = new Fixture(recipe);
        TensorScope root = TensorScope.root();
        Step step = fixture.step(root, 3)) {
      // Without batch norm there is nothing that tells parts apart.
      float[] plain =
          new BatchNormRows(split, 7).keys(pixels, fixture.parameters, step.all(), step).toFloats();
      assertThat(
              new BatchNormRows(shuffled, 7)
                  .keys(pixels, fixture.parameters, step.all(), step)
                  .toFloats())
          .isEqualTo(plain);
      // With it, a row's key depends on who is in its part.
      float[] inOrder = keys(split, network, fixture, step);
      assertThat(keys(shuffled, network, fixture, step)).isNotEqualTo(inOrder);
      assertThat(keys(shuffled, network, fixture, step))
          .as("the same step shuffles alike")
          .isEqualTo(keys(shuffled, network, fixture, step));
    }
  }

  private static final Forward.Mode TRAINING = Forward.Mode.TRAINING;

  private static float[] keys(BatchNormPolicy policy, Network network, Fixture f, Step step) {
    return Autograd.without(
        () ->
            new BatchNormRows(policy, 7).keys(network, f.parameters, step.all(), step).toFloats());
  }

  private static float[] gradient(Recipe recipe) {
    try (var fixture = new Fixture(recipe);
        TensorScope root = TensorScope.root();
        Step step = fixture.step(root, 0)) {
      Autograd.backward(fixture.method.run(step).loss());
      return Autograd.gradient(fixture.parameters.get("conv1.weight")).toFloats();
    }
  }

  private static BatchNormPolicy policy(BatchNormStatistics statistics, int groups) {
    return BatchNormPolicy.newBuilder().setStatistics(statistics).setGroups(groups).build();
  }

  private static float[] queue(Method method) {
    return method.state().stream()
        .filter(state -> state.names().contains("queue.features"))
        .findFirst()
        .orElseThrow()
        .get("queue.features")
        .toFloats();
  }

  private static Recipe tiny(String name) {
    Recipe.Builder recipe = Recipes.named("recipe", name).toBuilder();
    recipe.getViewsBuilder().setImageSize(16);
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.25);
    recipe.getOptimizationBuilder().setBatchSize(BATCH);
    if (recipe.getTargets().hasQueue()) {
      recipe.getTargetsBuilder().getQueueBuilder().setSize(4 * BATCH);
    }
    return recipe.build();
  }

  private static float[] random(int count, long seed) {
    var random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A method with random pixels. */
  private static final class Fixture implements AutoCloseable {
    private final Recipe recipe;
    private final Parameters parameters;
    private final Method method;
    private final ByteBuffer pixels;

    Fixture(Recipe recipe) {
      this.recipe = recipe;
      Network network = Networks.of(recipe);
      this.parameters = Initialization.of(MethodLayers.of(recipe, network), 5);
      this.method =
          new Method(
              recipe, network, parameters, MethodRun.unlabelled(BATCH, 2, 4 * BATCH, 100, 5));
      this.pixels = ByteBuffer.allocateDirect(ViewLayout.of(recipe.getViews(), BATCH).bytes());
      var random = new SplittableRandom(9);
      while (pixels.hasRemaining()) {
        pixels.put((byte) random.nextInt(256));
      }
    }

    Step step(TensorScope scope, long number) {
      return Step.of(
          number,
          pixels,
          ViewLayout.of(recipe.getViews(), BATCH).blocks(),
          IntStream.range(0, BATCH).toArray(),
          scope);
    }

    @Override
    public void close() {
      method.close();
      parameters.close();
    }
  }
}
