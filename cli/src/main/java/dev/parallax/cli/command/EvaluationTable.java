package dev.parallax.cli.command;

import dev.parallax.cli.terminal.Texts;
import dev.parallax.eval.v1.DatasetSummary;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import java.io.PrintStream;
import java.util.Locale;

/** The result of an evaluation in text, with its protocol. */
final class EvaluationTable {
  private EvaluationTable() {}

  static void print(PrintStream out, Evaluation evaluation) {
    if (!evaluation.hasResult()) {
      out.println("gallery   " + evaluation.getSpec().getTrainData());
      out.println("test      " + evaluation.getSpec().getTestData());
      return;
    }
    EvaluationResult result = evaluation.getResult();
    out.println("version   " + result.getVersion());
    out.println("gallery   " + data(result.getTrain()));
    out.println("test      " + data(result.getTest()));
    out.println("guessing  " + Texts.percent(result.getTest().getMajority()) + " (largest class)");
    if (result.hasKnn()) {
      out.println(
          "kNN       "
              + Texts.percent(result.getKnn().getAccuracy())
              + String.format(
                  Locale.ROOT,
                  "  weighted, k %d, T %s",
                  result.getKnn().getK(),
                  Texts.number(result.getKnn().getTemperature())));
    }
    if (result.hasLinear()) {
      out.println(
          "linear    "
              + Texts.percent(result.getLinear().getAccuracy())
              + "  logistic regression, C "
              + Texts.number(result.getLinear().getC())
              + " of "
              + result.getLinear().getTriedCount()
              + ", "
              + result.getLinear().getIterations()
              + " iterations"
              + (result.getLinear().getConverged() ? "" : " (did not converge)"));
    }
  }

  private static String data(DatasetSummary data) {
    return data.getUri()
        + ", "
        + Texts.images(data.getImages())
        + " of "
        + data.getClasses()
        + " classes"
        + (data.getSkippedImages() == 0
            ? ""
            : ", " + Texts.count(data.getSkippedImages()) + " unreadable ones skipped");
  }
}
