package dev.parallax.cli.report;

import static java.util.Objects.requireNonNull;

import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.model.v1.Manifest;
import dev.parallax.trainer.v1.TrainingPoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a report is made from.
 *
 * @param manifest the published model
 * @param points the training job's curve, in the order of its steps; may be empty
 * @param training how the training job ended, with its warnings
 * @param random the evaluation of the same architecture at random initialisation; empty when there
 *     was none
 * @param pretrained the evaluation of the published model; empty when there was none
 * @param created when the report was made
 */
public record ReportData(
    Manifest manifest,
    List<TrainingPoint> points,
    JobStatus training,
    Optional<Evaluation> random,
    Optional<Evaluation> pretrained,
    Instant created) {
  public ReportData {
    requireNonNull(manifest, "manifest is null");
    points = List.copyOf(points);
    requireNonNull(training, "training is null");
    requireNonNull(random, "random is null");
    requireNonNull(pretrained, "pretrained is null");
    requireNonNull(created, "created is null");
  }
}
