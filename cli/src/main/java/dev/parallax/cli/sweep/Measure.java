package dev.parallax.cli.sweep;

import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.Optional;
import java.util.OptionalDouble;

/** Accuracies of a run, 0 to 1; the later ones say more. */
public enum Measure {
  /** The training's own, the last that was reported. */
  ONLINE_KNN("online_knn", "online kNN"),
  KNN("knn", "kNN"),
  LINEAR("linear", "linear");

  private final String key;
  private final String title;

  Measure(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** In files. */
  public String key() {
    return key;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** Empty when it was not measured, or the training did not come to its end. */
  public OptionalDouble of(RunResult result) {
    Optional<EvaluationResult> evaluation =
        result.evaluation().filter(e -> e.hasResult()).map(e -> e.getResult());
    return switch (this) {
      case ONLINE_KNN ->
          result.trained().reversed().stream()
              .filter(TrainingPoint::hasOnlineKnn)
              .mapToDouble(TrainingPoint::getOnlineKnn)
              .findFirst();
      case KNN ->
          evaluation.filter(EvaluationResult::hasKnn).stream()
              .mapToDouble(e -> e.getKnn().getAccuracy())
              .findFirst();
      case LINEAR ->
          evaluation.filter(EvaluationResult::hasLinear).stream()
              .mapToDouble(e -> e.getLinear().getAccuracy())
              .findFirst();
    };
  }
}
