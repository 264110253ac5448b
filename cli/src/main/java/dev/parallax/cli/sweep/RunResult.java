package dev.parallax.cli.sweep;

import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobState;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of one training of a sweep.
 *
 * @param job with its points; absent when the trainer refused it
 * @param evaluation without pictures; absent when nothing was measured
 * @param error one line; empty when all went well
 */
public record RunResult(
    SweepRun run, Optional<TrainingJob> job, Optional<Evaluation> evaluation, String error) {

  public boolean failed() {
    return !error.isEmpty();
  }

  /** What the training warned of: a collapse, images that were skipped. */
  public List<String> warnings() {
    return job.map(j -> List.copyOf(j.getStatus().getWarningsList())).orElse(List.of());
  }

  public List<TrainingPoint> points() {
    return job.map(TrainingJob::getPointsList).orElse(List.of());
  }

  /** The points of a training that came to its end. */
  List<TrainingPoint> trained() {
    return job.filter(j -> j.getStatus().getState() == JobState.JOB_STATE_SUCCEEDED)
        .map(TrainingJob::getPointsList)
        .orElse(List.of());
  }

  /** The last loss that was reported. */
  public OptionalDouble loss() {
    return points().reversed().stream()
        .filter(TrainingPoint::hasLoss)
        .mapToDouble(TrainingPoint::getLoss)
        .findFirst();
  }

  /**
   * How evenly the projections point into all directions, the last that was reported: about 1, near
   * 0 for a representation that collapsed.
   */
  public OptionalDouble featureSpread() {
    return points().reversed().stream()
        .filter(TrainingPoint::hasFeatureSpread)
        .mapToDouble(TrainingPoint::getFeatureSpread)
        .findFirst();
  }

  /** From the start of the training to its end. */
  public OptionalDouble seconds() {
    return job.filter(j -> j.getStatus().hasStartTime() && j.getStatus().hasEndTime()).stream()
        .mapToDouble(
            j ->
                j.getStatus().getEndTime().getSeconds()
                    - j.getStatus().getStartTime().getSeconds()
                    + (j.getStatus().getEndTime().getNanos()
                            - j.getStatus().getStartTime().getNanos())
                        / 1e9)
        .findFirst();
  }
}
