package dev.parallax.cli.report;

import dev.parallax.eval.v1.EvaluationResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The measured accuracies, with the floor that guessing reaches and the protocol behind them. */
final class ResultsSection {
  private ResultsSection() {}

  static Html of(ReportData data) {
    Measured random = Measured.random(data);
    Measured pretrained = Measured.pretrained(data);
    Html body =
        random.evaluation().isEmpty() && pretrained.evaluation().isEmpty()
            ? Html.of(
                "<p class=\"missing\">Nothing was measured, as there were no labelled images to measure with.</p>")
            : measured(random, pretrained);
    return Html.of("<section id=\"results\"><h2>Results</h2>{}</section>", body);
  }

  private static Html measured(Measured random, Measured pretrained) {
    List<Html> absences =
        Stream.of(random, pretrained)
            .filter(m -> m.result().isEmpty())
            .map(m -> Html.of("<p class=\"missing\">{}</p>", m.absence()))
            .toList();
    Optional<EvaluationResult> any = pretrained.result().or(random::result);
    if (any.isEmpty()) {
      return Html.join(absences);
    }
    return Html.of(
        """
        <p>{}</p>
        <div class="scroll"><table class="results">
        <thead><tr><td></td><th scope="col">Weighted kNN</th><th scope="col">Linear probe</th></tr></thead>
        <tbody>{}{}{}</tbody>
        <tfoot>{}</tfoot></table></div>
        {}{}{}
        """,
        introduction(any.get()),
        row(random, any.get(), ""),
        row(pretrained, any.get(), "strong"),
        gain(random, pretrained),
        floor(any.get()),
        absences,
        comparable(random, pretrained),
        ProtocolTable.of(random, pretrained));
  }

  private static String introduction(EvaluationResult result) {
    String said =
        "Share of %s test images classified right from frozen embeddings, with %s labelled training images."
            .formatted(
                Figures.count(result.getTest().getImages()),
                Figures.count(result.getTrain().getImages()));
    String knn =
        result.hasKnn()
            ? " kNN counts the votes of %s neighbours at temperature %s."
                .formatted(
                    Figures.count(result.getKnn().getK()),
                    Figures.brief(result.getKnn().getTemperature()))
            : "";
    String linear =
        result.hasLinear() ? " The probe's C is chosen on a held-out fifth of them." : "";
    return said + linear + knn;
  }

  private static Html row(Measured measured, EvaluationResult any, String kind) {
    if (measured.result().isEmpty()) {
      return Html.NONE;
    }
    EvaluationResult result = measured.result().get();
    double floor = any.getTest().getMajority();
    long images = result.getTest().getImages();
    return Html.of(
        "<tr class=\"{}\"><th scope=\"row\">{}</th>{}{}</tr>\n",
        kind,
        measured.name(),
        cell(measured.knn(), floor, images),
        cell(measured.linear(), floor, images));
  }

  private static Html cell(OptionalDouble accuracy, double floor, long images) {
    if (accuracy.isEmpty()) {
      return Html.of("<td class=\"none\">not asked for</td>");
    }
    double share = accuracy.getAsDouble();
    Html interval = Html.NONE;
    if (images > 0) {
      Interval of = Interval.of(share, images);
      interval =
          Html.of(
              "<small>{} to {}</small>",
              Figures.fixed(100 * of.low(), 1),
              Figures.fixed(100 * of.high(), 1));
    }
    return Html.of(
        """
        <td><b>{}</b>{}<span class="bar" aria-hidden="true"><i style="width:{}%"></i><s style="left:{}%"></s></span></td>""",
        Figures.percent(share),
        interval,
        Figures.coordinate(100 * share),
        Figures.coordinate(100 * floor));
  }

  private static Html gain(Measured random, Measured pretrained) {
    if (random.result().isEmpty() || pretrained.result().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        "<tr class=\"gain\"><th scope=\"row\">Gained by pretraining</th>{}{}</tr>",
        gain(random.knn(), pretrained.knn()),
        gain(random.linear(), pretrained.linear()));
  }

  private static Html gain(OptionalDouble random, OptionalDouble pretrained) {
    return random.isEmpty() || pretrained.isEmpty()
        ? Html.of("<td class=\"none\">–</td>")
        : Html.of("<td>{}</td>", Figures.points(random.getAsDouble(), pretrained.getAsDouble()));
  }

  private static Html floor(EvaluationResult any) {
    String share = Figures.percent(any.getTest().getMajority());
    return Html.of(
        "<tr><th scope=\"row\">Always the largest class</th><td>{}</td><td>{}</td></tr>",
        share,
        share);
  }

  /** Two accuracies say something together only if they were taken on the same images. */
  private static Html comparable(Measured random, Measured pretrained) {
    if (random.result().isEmpty() || pretrained.result().isEmpty()) {
      return Html.NONE;
    }
    EvaluationResult a = random.result().get();
    EvaluationResult b = pretrained.result().get();
    boolean same =
        a.getTrain().getSha256().equals(b.getTrain().getSha256())
            && a.getTest().getSha256().equals(b.getTest().getSha256());
    return Html.of(
        same
            ? """
              <p class="note">Small figures are 95 % intervals (Wilson 1927) for these test images; the tick in \
              a bar is the largest class. Both rows were measured on the same images.</p>"""
            : """
              <p class="warning">The two rows were measured on different images; do not compare them.</p>""");
  }
}
