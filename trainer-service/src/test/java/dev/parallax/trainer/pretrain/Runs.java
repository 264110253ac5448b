package dev.parallax.trainer.pretrain;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.trainer.method.Teacher;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Runs for tests: two threads, a checkpoint after every update. */
final class Runs {
  private Runs() {}

  static Trained run(TrainingSpec spec, Path checkpoints, TrainingEvents events)
      throws IOException, InterruptedException {
    return run(spec, checkpoints, events, Optional.empty(), Optional.empty());
  }

  static Trained run(
      TrainingSpec spec,
      Path checkpoints,
      TrainingEvents events,
      Optional<InitialModel> initial,
      Optional<Teacher> teacher)
      throws IOException, InterruptedException {
    try (Dataset data = Datasets.open(spec.getData())) {
      return Pretraining.run(
          new Run(
              spec,
              data,
              data,
              ImageDecoder.withDefaultLimits(),
              checkpoints,
              Duration.ZERO,
              2,
              1 << 20,
              initial,
              teacher,
              events));
    }
  }

  /** All parameters by name. */
  static Map<String, float[]> values(Trained trained) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : trained.parameters().names()) {
      values.put(name, trained.parameters().get(name).toFloats());
    }
    return values;
  }

  /** Keeps what it hears. */
  static class Recorded implements TrainingEvents {
    final List<TrainingPoint> points = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    @Override
    public void progress(String activity, double fraction, OptionalDouble etaSeconds) {}

    @Override
    public void point(TrainingPoint point) {
      points.add(point);
    }

    @Override
    public void warning(String message) {
      warnings.add(message);
    }
  }

  /** Ends a run at a step, as a crash would. */
  static final class Cut extends Recorded {
    private final long step;

    Cut(long step) {
      this.step = step;
    }

    @Override
    public void point(TrainingPoint point) {
      super.point(point);
      if (point.getStep() >= step) {
        throw new IllegalStateException("cut");
      }
    }
  }
}
