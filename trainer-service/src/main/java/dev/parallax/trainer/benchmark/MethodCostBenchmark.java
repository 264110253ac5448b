package dev.parallax.trainer.benchmark;

import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.method.Method;
import dev.parallax.trainer.method.MethodLayers;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * CPU time of the small recipes' steps, network, loss and optimiser: a round of each in turn, so
 * that a busy minute hits all. Prints a JSON line for every round.
 */
public final class MethodCostBenchmark {
  private static final int ROUNDS = 6;
  private static final int WARM_UP = 1;
  private static final int STEPS = 3;
  private static final double RATE = 0.01;

  private MethodCostBenchmark() {}

  /**
   * @param methods as in {@code moco-v2}
   */
  public static void main(String[] methods) {
    Torch.start(2);
    List<Contender> contenders = new ArrayList<>();
    for (String method : methods) {
      contenders.add(new Contender(Recipes.named("recipe", method + "-small")));
    }
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      for (Contender contender : contenders) {
        double cpu = Cpu.seconds();
        contender.steps();
        if (round >= WARM_UP) {
          System.out.printf(
              Locale.ROOT,
              "{\"recipe\": \"%s\", \"round\": %d, \"images\": %d, \"cpu_s\": %.4f}%n",
              contender.recipe.getName(),
              round - WARM_UP,
              STEPS * contender.recipe.getOptimization().getBatchSize(),
              Cpu.seconds() - cpu);
        }
      }
    }
    contenders.forEach(Contender::close);
  }

  /** One recipe with fixed random pixels. */
  private static final class Contender implements AutoCloseable {
    private final Recipe recipe;
    private final TensorScope root = TensorScope.root();
    private final List<ViewBlock> layout;
    private final ByteBuffer pixels;
    private final int[] images;
    private final Parameters parameters;
    private final Optimizer optimizer;
    private final Method method;
    private long number;

    Contender(Recipe recipe) {
      this.recipe = recipe;
      int batch = recipe.getOptimization().getBatchSize();
      this.layout = ViewLayout.of(recipe.getViews(), batch).blocks();
      this.pixels = ByteBuffer.allocateDirect(ViewLayout.of(recipe.getViews(), batch).bytes());
      var random = new SplittableRandom(0);
      while (pixels.hasRemaining()) {
        pixels.put((byte) random.nextInt(256));
      }
      this.images = IntStream.range(0, batch).toArray();
      Network network = Networks.of(recipe);
      var layers = MethodLayers.of(recipe, network);
      this.parameters = Initialization.of(layers, 0);
      this.optimizer =
          new Optimizer(ParameterNames.of(layers), parameters, recipe.getOptimization());
      int views = layout.stream().mapToInt(ViewBlock::views).sum();
      this.method =
          new Method(
              recipe, network, parameters, MethodRun.unlabelled(batch, views, 8000, 1000, 0));
    }

    void steps() {
      for (int i = 0; i < STEPS; i++) {
        try (TensorScope scope = root.child();
            Step step = Step.of(number, pixels, layout, images, scope)) {
          Outcome outcome = method.run(step);
          Autograd.backward(outcome.loss());
          method.remember(step, outcome);
        }
        optimizer.step(RATE);
        method.updated(number++);
      }
    }

    @Override
    public void close() {
      method.close();
      optimizer.close();
      parameters.close();
      root.close();
    }
  }
}
