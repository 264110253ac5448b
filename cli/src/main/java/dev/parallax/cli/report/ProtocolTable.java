package dev.parallax.cli.report;

import dev.parallax.eval.v1.DatasetSummary;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.LinearResult;
import dev.parallax.eval.v1.TriedC;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Everything one must know to measure again: a row per setting, a column per encoder. */
final class ProtocolTable {
  private ProtocolTable() {}

  static Html of(Measured random, Measured pretrained) {
    List<Measured> columns =
        Stream.of(random, pretrained).filter(m -> m.result().isPresent()).toList();
    List<Html> rows = new ArrayList<>();
    model(columns, rows);
    knn(columns, rows);
    linear(columns, rows);
    data(columns, rows);
    List<Html> heads =
        columns.stream().map(m -> Html.of("<th scope=\"col\">{}</th>", m.name())).toList();
    return Html.of(
        """
        <details class="protocol"><summary>Protocol</summary>
        <div class="scroll"><table><thead><tr><td></td>{}</tr></thead>{}</table></div>{}</details>
        """,
        heads,
        rows,
        tried(columns));
  }

  private static void model(List<Measured> columns, List<Html> rows) {
    List<Html> lines = new ArrayList<>();
    row(lines, columns, "Version", r -> text(r.getModel() + " " + r.getVersion()));
    row(lines, columns, "SHA-256 of the model", r -> code(Figures.prefix(r.getModelSha256())));
    row(lines, columns, "Embedding", r -> text(Figures.counted(r.getEmbeddingSize(), "dimension")));
    group(rows, columns, "Model", lines);
  }

  private static void knn(List<Measured> columns, List<Html> rows) {
    if (columns.stream().noneMatch(m -> m.knn().isPresent())) {
      return;
    }
    List<Html> lines = new ArrayList<>();
    row(
        lines,
        columns,
        "Neighbours k",
        r -> text(r.hasKnn() ? Figures.count(r.getKnn().getK()) : "–"));
    row(
        lines,
        columns,
        "Temperature T",
        r -> text(r.hasKnn() ? Figures.brief(r.getKnn().getTemperature()) : "–"));
    row(lines, columns, "Vote", r -> text("exp(cosine similarity / T), Wu et al. 2018"));
    group(rows, columns, "Weighted kNN", lines);
  }

  private static void linear(List<Measured> columns, List<Html> rows) {
    if (columns.stream().noneMatch(m -> m.linear().isPresent())) {
      return;
    }
    List<Html> lines = new ArrayList<>();
    row(lines, columns, "Classifier", r -> text("multinomial logistic regression, L-BFGS"));
    row(lines, columns, "C tried", r -> linear(r, ProtocolTable::tried));
    row(
        lines,
        columns,
        "C chosen",
        r ->
            linear(
                r,
                l ->
                    "%s, with %s on the held-out fifth of the training images"
                        .formatted(
                            Figures.brief(l.getC()), Figures.percent(l.getValidationAccuracy()))));
    row(
        lines,
        columns,
        "Final fit",
        r ->
            linear(
                r,
                l ->
                    Figures.counted(l.getIterations(), "iteration")
                        + (l.getConverged() ? ", converged" : ", stopped before it converged")));
    group(rows, columns, "Linear probe", lines);
  }

  private static void data(List<Measured> columns, List<Html> rows) {
    List<Html> lines = new ArrayList<>();
    row(lines, columns, "Training images", r -> dataset(r.getTrain()));
    row(lines, columns, "Test images", r -> dataset(r.getTest()));
    row(
        lines,
        columns,
        "Classes",
        r -> text(Figures.count(Math.max(r.getClassesCount(), r.getTest().getClasses()))));
    row(lines, columns, "Largest class", r -> text(Figures.percent(r.getTest().getMajority())));
    rowOfEvaluation(lines, columns, "Seed", e -> text(Long.toString(e.getSpec().getSeed())));
    row(
        lines,
        columns,
        "Time",
        r -> text(Figures.duration(r.getSecondsMap().values().stream().mapToDouble(s -> s).sum())));
    group(rows, columns, "Data", lines);
  }

  private static Html dataset(DatasetSummary set) {
    String count = Figures.count(set.getImages());
    String skipped =
        set.getSkippedImages() == 0
            ? ""
            : ", " + Figures.count(set.getSkippedImages()) + " unreadable ones skipped";
    return Html.of(
        "{}{} from <code>{}</code>, SHA-256 <code>{}</code>",
        count,
        skipped,
        set.getUri(),
        Figures.prefix(set.getSha256()));
  }

  private static String tried(LinearResult linear) {
    return String.join(
        ", ", linear.getTriedList().stream().map(t -> Figures.brief(t.getC())).toList());
  }

  /** Validation accuracy of every C: rows are C values, columns encoders. */
  private static Html tried(List<Measured> columns) {
    List<Measured> probed = columns.stream().filter(m -> m.linear().isPresent()).toList();
    if (probed.isEmpty()) {
      return Html.NONE;
    }
    List<Html> rows =
        probed.stream()
            .flatMap(m -> m.result().orElseThrow().getLinear().getTriedList().stream())
            .map(TriedC::getC)
            .distinct()
            .sorted()
            .map(c -> triedRow(c, probed))
            .toList();
    List<Html> heads =
        probed.stream().map(m -> Html.of("<th scope=\"col\">{}</th>", m.name())).toList();
    return Html.of(
        """
        <table class="figures tried"><caption>Linear probe: accuracy on the held-out fifth by C; the chosen \
        one is marked</caption><thead><tr><th scope="col">C</th>{}</tr></thead><tbody>{}</tbody></table>
        """,
        heads,
        rows);
  }

  private static Html triedRow(double c, List<Measured> probed) {
    List<Html> cells = new ArrayList<>();
    for (Measured measured : probed) {
      LinearResult linear = measured.result().orElseThrow().getLinear();
      Html cell =
          linear.getTriedList().stream()
              .filter(t -> t.getC() == c)
              .findFirst()
              .map(
                  t ->
                      Html.of(
                          t.getC() == linear.getC()
                              ? "<td class=\"chosen\"><b>{}</b></td>"
                              : "<td>{}</td>",
                          Figures.percent(t.getValidationAccuracy())))
              .orElse(Html.of("<td>–</td>"));
      cells.add(cell);
    }
    return Html.of("<tr><th scope=\"row\">{}</th>{}</tr>", Figures.brief(c), cells);
  }

  private static Html linear(EvaluationResult result, Function<LinearResult, String> describe) {
    return text(result.hasLinear() ? describe.apply(result.getLinear()) : "–");
  }

  private static void row(
      List<Html> lines,
      List<Measured> columns,
      String name,
      Function<EvaluationResult, Html> describe) {
    rowOfEvaluation(lines, columns, name, e -> describe.apply(e.getResult()));
  }

  /** Equal values are said once, across the columns. */
  private static void rowOfEvaluation(
      List<Html> lines, List<Measured> columns, String name, Function<Evaluation, Html> describe) {
    List<Html> values =
        columns.stream().map(Measured::evaluation).flatMap(Optional::stream).map(describe).toList();
    List<Html> cells =
        values.size() == 2 && values.getFirst().equals(values.getLast())
            ? List.of(Html.of("<td colspan=\"2\">{}</td>", values.getFirst()))
            : values.stream().map(v -> Html.of("<td>{}</td>", v)).toList();
    lines.add(Html.of("<tr><th scope=\"row\">{}</th>{}</tr>\n", name, cells));
  }

  private static void group(
      List<Html> rows, List<Measured> columns, String name, List<Html> lines) {
    rows.add(
        Html.of(
            "<tbody><tr><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>{}</tbody>",
            columns.size() + 1,
            name,
            lines));
  }

  private static Html text(String text) {
    return Html.of("{}", text);
  }

  private static Html code(String text) {
    return Html.of("<code>{}</code>", text);
  }
}
