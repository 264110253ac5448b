package dev.parallax.trainer.benchmark;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Datasets;
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
import dev.parallax.trainer.pretrain.ResidentMemory;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.views.Prefetcher;
import dev.parallax.trainer.views.TrainingImages;
import dev.parallax.trainer.views.ViewBatches;
import dev.parallax.trainer.views.ViewBlock;
import dev.parallax.trainer.views.ViewLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Steps of {@code simclr-small} on command: reads {@code go} from standard input, runs a round of
 * steps and prints one JSON line, so that rounds can alternate with a peer's on the same machine.
 *
 * <p>{@code --views tensors}: the same uint8 views in memory every step, net and optimiser only.
 * {@code --views pipeline --data URI}: decoding, views and upload as in a job.
 */
public final class TrainingStepBenchmark {
  private static final double RATE = 0.01;

  private TrainingStepBenchmark() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    int batch = Integer.parseInt(options.getOrDefault("--batch", "256"));
    int steps = Integer.parseInt(options.getOrDefault("--steps", "4"));
    int threads = Integer.parseInt(options.getOrDefault("--threads", "2"));
    double width = Double.parseDouble(options.getOrDefault("--width", "0.25"));
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(width);
    recipe.getExtractionBuilder().getProjectionBuilder(0).setSize((int) Math.round(512 * width));
    recipe.getOptimizationBuilder().setBatchSize(batch);
    Torch.start(threads);
    try (Source source =
        options.getOrDefault("--views", "tensors").equals("pipeline")
            ? new Pipeline(recipe.build(), options.get("--data"), threads)
            : new Fixed(recipe.build())) {
      rounds(recipe.build(), source, steps);
    }
  }

  private static void rounds(Recipe recipe, Source source, int steps)
      throws IOException, InterruptedException {
    Network network = Networks.of(recipe);
    int batch = recipe.getOptimization().getBatchSize();
    var layers = MethodLayers.of(recipe, network);
    List<ViewBlock> layout = ViewLayout.of(recipe.getViews(), batch).blocks();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (TensorScope root = TensorScope.root();
        Parameters parameters = Initialization.of(layers, 0);
        Optimizer optimizer =
            new Optimizer(ParameterNames.of(layers), parameters, recipe.getOptimization());
        Method method =
            new Method(recipe, network, parameters, MethodRun.unlabelled(batch, 2, batch, 1, 0))) {
      System.out.println("{\"ready\": true}");
      int round = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.strip().equals("go")) {
          continue;
        }
        long wall = System.nanoTime();
        double cpu = Cpu.seconds();
        double loss = 0;
        for (int step = 0; step < steps; step++) {
          Prefetcher.Batch views = source.next();
          try (TensorScope scope = root.child();
              Step work = Step.of(0, views.pixels(), layout, views.images(), scope)) {
            Outcome outcome = method.run(work);
            loss = outcome.loss().item();
            Autograd.backward(outcome.loss());
          }
          source.recycle(views);
          optimizer.step(RATE);
        }
        System.out.printf(
            Locale.ROOT,
            "{\"round\": %d, \"steps\": %d, \"images\": %d, \"wall_s\": %.6f, \"cpu_s\": %.6f, \"loss\":"
                + " %.5f, \"resident_mb\": %.1f}%n",
            round++,
            steps,
            steps * batch,
            (System.nanoTime() - wall) / 1e9,
            Cpu.seconds() - cpu,
            loss,
            ResidentMemory.bytes() / 1e6);
      }
    }
  }

  private sealed interface Source extends AutoCloseable {
    Prefetcher.Batch next() throws InterruptedException;

    void recycle(Prefetcher.Batch batch);

    @Override
    void close();
  }

  /** The same random pixels every step. */
  private record Fixed(Prefetcher.Batch batch) implements Source {
    Fixed(Recipe recipe) {
      int images = recipe.getOptimization().getBatchSize();
      int side = recipe.getViews().getImageSize();
      ByteBuffer pixels = ByteBuffer.allocateDirect(2 * images * side * side * 3);
      var random = new SplittableRandom(0);
      for (int i = 0; i < pixels.capacity(); i++) {
        pixels.put(i, (byte) random.nextInt(256));
      }
      this(new Prefetcher.Batch(pixels, IntStream.range(0, images).toArray()));
    }

    @Override
    public Prefetcher.Batch next() {
      return batch;
    }

    @Override
    public void recycle(Prefetcher.Batch done) {}

    @Override
    public void close() {}
  }

  /** Views made while steps run, as a job makes them. */
  private static final class Pipeline implements Source {
    private final Dataset data;
    private final Prefetcher prefetcher;

    Pipeline(Recipe recipe, String uri, int threads) {
      this.data = Datasets.open(uri);
      List<String> warnings = new ArrayList<>();
      var images =
          new TrainingImages(data, ImageDecoder.withDefaultLimits(), 1L << 30, 0, warnings::add);
      var batches =
          new ViewBatches(images, recipe.getViews(), recipe.getOptimization().getBatchSize(), 0);
      this.prefetcher = new Prefetcher(batches, 0, 0, Long.MAX_VALUE, threads);
    }

    @Override
    public Prefetcher.Batch next() throws InterruptedException {
      return prefetcher.next();
    }

    @Override
    public void recycle(Prefetcher.Batch batch) {
      prefetcher.recycle(batch);
    }

    @Override
    public void close() {
      prefetcher.close();
      data.close();
    }
  }
}
