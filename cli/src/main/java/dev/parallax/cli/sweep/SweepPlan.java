package dev.parallax.cli.sweep;

import com.google.protobuf.StringValue;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.KnnProtocol;
import dev.parallax.eval.v1.LinearProtocol;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that a sweep will do.
 *
 * @param recipe name of the recipe that is varied
 * @param runs by combination, then by seed
 * @param measurement absent: the trainings' own online kNN has to do
 */
public record SweepPlan(
    String recipe, Grid grid, List<SweepRun> runs, Optional<Measurement> measurement) {
  /**
   * How models are measured: weighted kNN and a linear probe, with the defaults of {@code eval}.
   *
   * @param gallery labelled images, an absolute URI
   * @param test labelled images to classify, an absolute URI
   * @param maxTrainImages of the gallery; 0: all
   * @param maxTestImages 0: all
   */
  public record Measurement(String gallery, String test, int maxTrainImages, int maxTestImages) {
    EvaluationSpec spec(PublishedModel model, Optional<String> vector) {
      EvaluationSpec.Builder spec =
          EvaluationSpec.newBuilder()
              .setModel(model.getModel())
              .setVersion(model.getVersion())
              .setTrainData(gallery)
              .setTestData(test)
              .setMaxTrainImages(maxTrainImages)
              .setMaxTestImages(maxTestImages)
              .setKnn(KnnProtocol.newBuilder().setTemperature(KNN_TEMPERATURE))
              .setLinear(LinearProtocol.getDefaultInstance());
      vector.ifPresent(spec::setOutput);
      return spec.build();
    }
  }

  private static final double KNN_TEMPERATURE = 0.1;

  public SweepPlan {
    runs = List.copyOf(runs);
  }

  /**
   * @param spec what all trainings have in common, with the recipe as it is before it is varied
   * @param seeds of each combination, the spec's own and those that follow it
   */
  public static SweepPlan of(
      TrainingSpec spec, Grid grid, int seeds, Optional<Measurement> measurement) {
    String recipe = spec.getRecipe().getName();
    List<SweepRun> runs = new ArrayList<>();
    for (Grid.Point point : grid.points()) {
      for (int i = 0; i < seeds; i++) {
        TrainingSpec one =
            spec.toBuilder().setRecipe(point.recipe()).setSeed(spec.getSeed() + i).build();
        runs.add(SweepRun.of(point, recipe, one));
      }
    }
    return new SweepPlan(recipe, grid, runs, measurement);
  }

  /** {@code sweep-simclr-small-1f2e3d4c}: the same for the same sweep. */
  public String name() {
    StringBuilder ids = new StringBuilder();
    runs.forEach(run -> ids.append(run.requestId()).append(run.point().vector().orElse("")));
    String hash = SweepRun.hash(StringValue.of(ids.toString() + measurement));
    return "sweep-" + recipe + "-" + hash.substring(0, 8);
  }
}
