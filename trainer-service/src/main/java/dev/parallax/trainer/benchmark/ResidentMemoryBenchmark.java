package dev.parallax.trainer.benchmark;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.trainer.pretrain.Pretraining;
import dev.parallax.trainer.pretrain.Run;
import dev.parallax.trainer.pretrain.TrainingEvents;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Resident memory of a run, by default over 2,000 steps of {@code simclr-small}, on the synthetic
 * set, with views, checkpoints and the online curve as in a job; batches of 32 images, so that it
 * takes minutes. Prints a JSON line for every report.
 */
public final class ResidentMemoryBenchmark {
  private static final int EPOCHS = 20;

  private ResidentMemoryBenchmark() {}

  /**
   * @param args recipe, images of a step and steps
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    String name = args.length > 0 ? args[0] : "simclr-small";
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 32;
    int steps = args.length > 2 ? Integer.parseInt(args[2]) : 2000;
    Recipe.Builder recipe = Recipes.named("recipe", name).toBuilder();
    recipe.getOptimizationBuilder().setBatchSize(batch).setEpochs(EPOCHS);
    int images = batch * steps / EPOCHS;
    TrainingSpec spec =
        TrainingSpec.newBuilder()
            .setData("synthetic:train?images=" + images)
            .setRecipe(recipe)
            .setModel("resident-memory")
            .build();
    Torch.start(2);
    Path directory = Files.createTempDirectory("resident-memory");
    try (Dataset data = Datasets.open(spec.getData())) {
      Pretraining.run(
              new Run(
                  spec,
                  data,
                  data,
                  ImageDecoder.withDefaultLimits(),
                  directory,
                  Duration.ofSeconds(30),
                  2,
                  1L << 30,
                  Optional.empty(),
                  Optional.empty(),
                  new Lines(name)))
          .close();
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(directory)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }

  private record Lines(String recipe) implements TrainingEvents {
    @Override
    public void progress(String activity, double fraction, OptionalDouble etaSeconds) {}

    @Override
    public void point(TrainingPoint point) {
      System.out.printf(
          Locale.ROOT,
          "{\"step\": %d, \"resident_mb\": %.1f, \"views_per_second\": %.0f, \"recipe\": \"%s\"}%n",
          point.getStep(),
          point.getResidentBytes() / 1e6,
          point.getViewsPerSecond(),
          recipe);
    }

    @Override
    public void warning(String message) {
      System.err.println(message);
    }
  }
}
