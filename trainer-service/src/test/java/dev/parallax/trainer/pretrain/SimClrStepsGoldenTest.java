package dev.parallax.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenWeights;
import dev.parallax.trainer.method.Method;
import dev.parallax.trainer.method.MethodRun;
import dev.parallax.trainer.method.Outcome;
import dev.parallax.trainer.method.Step;
import dev.parallax.trainer.optimization.Optimizer;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.views.ViewBlock;
import dev.parallax.trainer.views.ViewLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All parts together: three steps of SimCLR give PyTorch's losses. */
class SimClrStepsGoldenTest {
  @Test
  void threeStepsGiveTheLossesOfPyTorch() {
    Torch.start(1);
    Golden golden = Golden.read("simclr_steps");
    Recipe recipe = recipe(golden);
    Network network = Networks.of(recipe);
    List<ViewBlock> layout = ViewLayout.of(recipe.getViews(), golden.integer("pairs")).blocks();
    int pairs = golden.integer("pairs");
    try (Parameters parameters = parameters(network);
        Optimizer optimizer =
            new Optimizer(
                ParameterNames.of(network.whole()), parameters, recipe.getOptimization());
        Method method =
            new Method(recipe, network, parameters, MethodRun.unlabelled(pairs, 2, pairs, 3, 0))) {
      double[] rates = golden.doubles("rates");
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
      }
      Golden moves = golden.get("moves");
      double norm = 0;
      for (ParameterSpec spec : ParameterNames.of(network.encoder())) {
        norm = moved(spec, parameters);
        double expected = moves.number(spec.name());
        assertThat(norm).as(spec.name()).isCloseTo(expected, within(0.03 * expected));
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
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.125);
    recipe.getExtractionBuilder().getProjectionBuilder(0).setSize(64);
    recipe.getLossBuilder().getNtXentBuilder().setTemperature(golden.number("temperature"));
    recipe
        .getOptimizationBuilder()
        .setWeightDecay(golden.number("weight_decay"))
        .getSgdBuilder()
        .setMomentum(golden.number("momentum"));
    return recipe.build();
  }

  private static Parameters parameters(Network network) {
    Parameters parameters = new Parameters();
    for (ParameterSpec spec : ParameterNames.of(network.whole())) {
      long[] shape = spec.shape().toArray();
      parameters.add(
          spec.name(), GoldenWeights.parameter(spec.name(), shape), spec.role().trainable(), shape);
    }
    return parameters;
  }
}
