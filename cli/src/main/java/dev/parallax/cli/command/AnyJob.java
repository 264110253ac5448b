package dev.parallax.cli.command;

import com.google.gson.JsonObject;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.v1.TrainingJob;

/** A job of the trainer or of the eval service. */
sealed interface AnyJob {
  /** The trainer's. */
  record Training(TrainingJob job) implements AnyJob {}

  /** The eval service's. */
  record Measuring(Evaluation evaluation) implements AnyJob {}

  default String id() {
    return switch (this) {
      case Training(TrainingJob job) -> job.getId();
      case Measuring(Evaluation evaluation) -> evaluation.getId();
    };
  }

  default String kind() {
    return switch (this) {
      case Training t -> "training";
      case Measuring m -> "evaluation";
    };
  }

  default String model() {
    return switch (this) {
      case Training(TrainingJob job) -> job.getSpec().getModel();
      case Measuring(Evaluation evaluation) -> evaluation.getSpec().getModel();
    };
  }

  default JobStatus status() {
    return switch (this) {
      case Training(TrainingJob job) -> job.getStatus();
      case Measuring(Evaluation evaluation) -> evaluation.getStatus();
    };
  }

  /** The contract's fields and {@code kind}; without pictures. */
  default JsonObject json() {
    JsonObject json =
        switch (this) {
          case Training(TrainingJob job) -> OutputOption.toJson(job).getAsJsonObject();
          case Measuring(Evaluation evaluation) -> {
            Evaluation.Builder brief = evaluation.toBuilder();
            brief.getResultBuilder().clearGallery().clearMap();
            yield OutputOption.toJson(evaluation.hasResult() ? brief.build() : evaluation)
                .getAsJsonObject();
          }
        };
    json.addProperty("kind", kind());
    return json;
  }
}
