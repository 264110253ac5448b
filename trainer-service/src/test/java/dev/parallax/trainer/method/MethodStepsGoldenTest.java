package dev.parallax.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenWeights;
import dev.parallax.trainer.optimization.Optimizer;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.views.ViewBlock;
import dev.parallax.trainer.views.ViewLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All parts together: three steps of a method give PyTorch's losses and move its weights as far.
 */
class MethodStepsGoldenTest {
  private static final Golden GOLDEN = Golden.read("steps");

  @ParameterizedTest
  @ValueSource(strings = {"simclr-small", "simsiam-small", "byol-small"})
  void threeStepsGiveTheLossesAndMovesOfPyTorch(String name) {
    Torch.start(1);
    Golden golden =
        GOLDEN.cases().stream()
            .filter(c -> c.string("recipe").equals(name))
            .findFirst()
            .orElseThrow();
    Recipe recipe = recipe(golden);
    Network network = Networks.of(recipe);
    int pairs = GOLDEN.integer("pairs");
    List<ViewBlock> layout = ViewLayout.of(recipe.getViews(), pairs).blocks();
    try (Parameters parameters = parameters(MethodLayers.of(recipe, network));
        Optimizer optimizer =
            new Optimizer(
                ParameterNames.of(MethodLayers.of(recipe, network)),
                parameters,
                recipe.getOptimization());
        Method method =
            new Method(recipe, network, parameters, MethodRun.unlabelled(pairs, 2, pairs, 3, 0))) {
      method.start();
      double[] rates = GOLDEN.doubles("rates");
      double[] losses = golden.doubles("losses");
      for (int step = 0; step < rates.length; step++) {
        byte[] pixels = GoldenWeights.images("views" + step, 2 * pairs, 32);
        try (TensorScope scope = TensorScope.root();
            Step views =
                Step.of(
                    step,
                    ByteBuffer.allocateDirect(pixels.length).put(pixels),
                    layout,
                    IntStream.range(0, pairs).toArray(),
                    scope)) {
          Outcome outcome = method.run(views);
          assertThat((double) outcome.loss().item())
              .as("loss of step %d", step)
              .isCloseTo(losses[step], within(5e-4));
          Autograd.backward(outcome.loss());
        }
        optimizer.step(rates[step]);
        method.updated(step);
      }
      // float32 in PyTorch is as far from float64: a ReLU at its kink falls to either side.
      double tolerance = Math.max(0.03, 3 * golden.get("float32_deviation").number("moves"));
      Golden moves = golden.get("moves");
      for (ParameterSpec spec : ParameterNames.of(MethodLayers.of(recipe, network))) {
        double expected = moves.number(spec.name());
        assertThat(moved(spec, parameters))
            .as(spec.name())
            .isCloseTo(expected, within(tolerance * expected + 1e-6));
      }
    }
  }

  private static double moved(ParameterSpec spec, Parameters parameters) {
    float[] before = GoldenWeights.parameter(spec.name(), spec.shape().toArray());
    float[] after = parameters.get(spec.name()).toFloats();
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      sum += (after[i] - before[i]) * (double) (after[i] - before[i]);
    }
    return Math.sqrt(sum);
  }

  private static Recipe recipe(Golden golden) {
    Recipe.Builder recipe = Recipes.named("recipe", golden.string("recipe")).toBuilder();
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.125);
    Extraction.Builder heads = recipe.getExtractionBuilder();
    resize(heads.getProjectionBuilderList(), golden.doubles("projection"));
    resize(heads.getPredictionBuilderList(), golden.doubles("prediction"));
    if (recipe.getLoss().hasNtXent()) {
      recipe.getLossBuilder().getNtXentBuilder().setTemperature(GOLDEN.number("temperature"));
    }
    recipe
        .getOptimizationBuilder()
        .setWeightDecay(GOLDEN.number("weight_decay"))
        .getSgdBuilder()
        .setMomentum(GOLDEN.number("momentum"));
    return recipe.build();
  }

  private static void resize(List<HeadLayer.Builder> layers, double[] sizes) {
    assertThat(layers).hasSameSizeAs(sizes);
    for (int i = 0; i < sizes.length; i++) {
      layers.get(i).setSize((int) sizes[i]);
    }
  }

  private static Parameters parameters(Layer layers) {
    Parameters parameters = new Parameters();
    for (ParameterSpec spec : ParameterNames.of(layers)) {
      long[] shape = spec.shape().toArray();
      parameters.add(
          spec.name(), GoldenWeights.parameter(spec.name(), shape), spec.role().trainable(), shape);
    }
    return parameters;
  }
}
