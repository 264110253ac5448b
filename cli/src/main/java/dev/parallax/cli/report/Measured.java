package dev.parallax.cli.report;

import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One row of the results.
 *
 * @param name what was measured
 * @param evaluation empty when it was not measured
 */
record Measured(String name, Optional<Evaluation> evaluation) {
  static Measured random(ReportData data) {
    return new Measured("Random initialisation", data.random());
  }

  static Measured pretrained(ReportData data) {
    return new Measured("Pretrained", data.pretrained());
  }

  Optional<EvaluationResult> result() {
    return evaluation.filter(Evaluation::hasResult).map(Evaluation::getResult);
  }

  /** Accuracy of the weighted kNN, 0 to 1. */
  OptionalDouble knn() {
    return result()
        .filter(EvaluationResult::hasKnn)
        .map(r -> OptionalDouble.of(r.getKnn().getAccuracy()))
        .orElseGet(OptionalDouble::empty);
  }

  /** Accuracy of the linear probe, 0 to 1. */
  OptionalDouble linear() {
    return result()
        .filter(EvaluationResult::hasLinear)
        .map(r -> OptionalDouble.of(r.getLinear().getAccuracy()))
        .orElseGet(OptionalDouble::empty);
  }

  /** Why there is no result, in a sentence. */
  String absence() {
    String subject = name.equals("Pretrained") ? "The pretrained encoder" : "The random encoder";
    return evaluation
        .map(e -> e.getStatus().getError())
        .filter(error -> !error.isEmpty())
        .map(error -> subject + " was not measured: " + error)
        .orElse(subject + " was not measured.");
  }
}
