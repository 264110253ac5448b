package dev.parallax.cli.report;

import dev.parallax.cli.report.LineChart.Baseline;
import dev.parallax.cli.report.LineChart.Point;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How loss and online kNN went during training. */
final class CurvesSection {
  private CurvesSection() {}

  static Html of(ReportData data) {
    Html loss = loss(data);
    Html knn = knn(data);
    return Html.of(
        """
        <section id="training"><h2>Training</h2>
        <div class="pair">{}{}</div>{}</section>
        """,
        loss,
        knn,
        table(data.points(), title(LossLevel.unit(data.manifest().getRecipe().getLoss()))));
  }

  private static Html loss(ReportData data) {
    List<Point> points =
        data.points().stream()
            .filter(p -> p.hasLoss() && Double.isFinite(p.getLoss()))
            .map(
                p ->
                    new Point(
                        p.getEpoch(),
                        p.getLoss(),
                        text(p, "loss " + Figures.fixed(p.getLoss(), 3))))
            .toList();
    if (points.size() < 2) {
      return missing("Loss", "There is no loss curve, as fewer than two points were recorded.");
    }
    double first = points.getFirst().y();
    double last = points.getLast().y();
    List<Baseline> baselines = new ArrayList<>();
    Optional<LossLevel> level =
        LossLevel.of(data.manifest().getRecipe(), data.manifest().getData().getImages());
    double spread =
        points.stream().mapToDouble(Point::y).max().orElseThrow()
            - points.stream().mapToDouble(Point::y).min().orElseThrow();
    // A level far above the curve would press it flat.
    level
        .filter(l -> l.value() - first <= 2 * spread)
        .ifPresent(
            l ->
                baselines.add(
                    new Baseline(l.value(), l.text() + " " + Figures.fixed(l.value(), 2))));
    String unit = LossLevel.unit(data.manifest().getRecipe().getLoss());
    String summary =
        "From %s to %s %s".formatted(Figures.fixed(first, 2), Figures.fixed(last, 2), unit).strip();
    return panel(new LineChart(title(unit), summary, points, baselines, 1, false));
  }

  private static String title(String unit) {
    return unit.isEmpty() ? "Loss" : "Loss, " + unit;
  }

  private static Html knn(ReportData data) {
    List<Point> points =
        data.points().stream()
            .filter(p -> p.hasOnlineKnn() && Double.isFinite(p.getOnlineKnn()))
            .map(
                p ->
                    new Point(
                        p.getEpoch(),
                        p.getOnlineKnn(),
                        text(p, "kNN " + Figures.percent(p.getOnlineKnn()))))
            .toList();
    if (points.size() < 2) {
      return missing(
          "Online kNN",
          "There is no online kNN curve, as the training run had no labelled images to watch.");
    }
    List<Baseline> baselines = new ArrayList<>();
    if (points.getFirst().x() == 0) {
      double random = points.getFirst().y();
      baselines.add(new Baseline(random, "random initialisation " + Figures.percent(random)));
    }
    data.pretrained()
        .filter(Evaluation::hasResult)
        .map(e -> e.getResult().getTest().getMajority())
        .filter(majority -> majority > 0)
        .ifPresent(
            majority ->
                baselines.add(
                    new Baseline(majority, "largest class " + Figures.percent(majority))));
    String summary =
        "From %s to %s"
            .formatted(
                Figures.percent(points.getFirst().y()), Figures.percent(points.getLast().y()));
    return panel(new LineChart("Online kNN, % right", summary, points, baselines, 100, true));
  }

  private static String text(TrainingPoint point, String value) {
    return "epoch %s · step %s · %s"
        .formatted(Figures.fixed(point.getEpoch(), 2), Figures.count(point.getStep()), value);
  }

  private static Html panel(LineChart chart) {
    return Html.of(
        """
        <figure><figcaption><b>{}</b><span>{}</span></figcaption>{}</figure>
        """,
        chart.title(),
        chart.summary(),
        chart.svg());
  }

  private static Html missing(String title, String why) {
    return Html.of(
        "<figure><figcaption><b>{}</b></figcaption><p class=\"missing\">{}</p></figure>",
        title,
        why);
  }

  /** The curve in numbers, at most 20 rows of it. */
  private static Html table(List<TrainingPoint> points, String loss) {
    if (points.isEmpty()) {
      return Html.NONE;
    }
    boolean monitored = points.stream().anyMatch(TrainingPoint::hasOnlineKnn);
    List<TrainingPoint> rows =
        monitored ? points.stream().filter(TrainingPoint::hasOnlineKnn).toList() : points;
    int stride = Math.ceilDiv(rows.size(), 20);
    List<Html> lines = new ArrayList<>();
    for (int i = (rows.size() - 1) % stride; i < rows.size(); i += stride) {
      lines.add(row(rows.get(i)));
    }
    return Html.of(
        """
        <details><summary>The curves as a table</summary><div class="scroll"><table class="figures">
        <thead><tr><th scope="col">Epoch</th><th scope="col">Step</th><th scope="col">{}</th>\
        <th scope="col">Online kNN</th><th scope="col">Learning rate</th><th scope="col">Views/s</th>\
        <th scope="col">Spread</th><th scope="col">Memory</th></tr></thead>
        <tbody>{}</tbody></table></div>
        <p class="note">Spread is the mean standard deviation of the normalised projections times √d; \
        near 0 it means collapse. Memory is the resident set of the training process.</p></details>
        """,
        loss,
        lines);
  }

  private static Html row(TrainingPoint p) {
    return Html.of(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        Figures.fixed(p.getEpoch(), 2),
        Figures.count(p.getStep()),
        p.hasLoss() ? Figures.fixed(p.getLoss(), 3) : "–",
        p.hasOnlineKnn() ? Figures.percent(p.getOnlineKnn()) : "–",
        Figures.brief(p.getLearningRate()),
        p.hasViewsPerSecond() ? Figures.fixed(p.getViewsPerSecond(), 0) : "–",
        p.hasFeatureSpread() ? Figures.fixed(p.getFeatureSpread(), 2) : "–",
        p.getResidentBytes() > 0 ? Figures.bytes(p.getResidentBytes()) : "–");
  }
}
