package dev.parallax.cli.report;

import dev.parallax.cli.report.CurvesChart.Series;
import dev.parallax.cli.report.DotPlot.Column;
import dev.parallax.cli.report.DotPlot.Dot;
import dev.parallax.cli.report.LineChart.Point;
import dev.parallax.cli.sweep.Factor;
import dev.parallax.cli.sweep.Measure;
import dev.parallax.cli.sweep.RunResult;
import dev.parallax.cli.sweep.SweepResult;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What a sweep's report shows besides its results: each factor's effect, curves, the recipe. */
final class SweepSections {
  /** Points of a curve that are drawn; more could not be told apart. */
  private static final int CURVE_POINTS = 120;

  private SweepSections() {}

  /**
   * A panel for each factor and measure, over the values of all other factors; a factor of one
   * value has nothing to compare.
   */
  static Html plots(SweepResult result) {
    List<Html> panels = new ArrayList<>();
    List<Factor> compared =
        result.factors().stream().filter(factor -> factor.values().size() > 1).toList();
    for (Factor factor : compared) {
      for (Measure measure : result.measures()) {
        panels.add(panel(result, factor, measure));
      }
    }
    return panels.isEmpty()
        ? Html.NONE
        : Html.of(
            """
            <section id="factors"><h2>By factor</h2>
            <p>A dot for each run, a stroke at the mean{}.</p>
            <div class="pair">{}</div></section>
            """,
            compared.size() > 1 ? " over the values of the other factors" : "",
            panels);
  }

  private static Html panel(SweepResult result, Factor factor, Measure measure) {
    List<Column> columns =
        factor.values().stream().map(value -> column(result, factor, measure, value)).toList();
    String title = factor.name() + " · " + measure.title() + ", % right";
    return Html.of(
        "<figure><figcaption><b>{}</b><span>{}, % right</span></figcaption>{}</figure>\n",
        factor.name(), measure.title(), new DotPlot(title, columns).svg());
  }

  private static Column column(SweepResult result, Factor factor, Measure measure, String value) {
    List<Dot> dots = new ArrayList<>();
    for (RunResult run : result.runs()) {
      OptionalDouble share = measure.of(run);
      if (value.equals(run.run().point().values().get(factor.name())) && share.isPresent()) {
        dots.add(
            new Dot(
                share.getAsDouble(),
                "%s, seed %d: %s"
                    .formatted(
                        run.run().point().text(),
                        run.run().spec().getSeed(),
                        Figures.percent(share.getAsDouble()))));
      }
    }
    return new Column(value, dots);
  }

  static Html curves(SweepResult result) {
    List<Series> series =
        result.groups().stream()
            .map(
                group ->
                    new Series(
                        group.point().text(),
                        group.runs().stream()
                            .map(SweepSections::curve)
                            .filter(curve -> curve.size() > 1)
                            .toList()))
            .filter(s -> !s.curves().isEmpty())
            .toList();
    if (series.isEmpty()) {
      return Html.NONE;
    }
    String unit = LossLevel.unit(recipe(result).getLoss());
    CurvesChart chart = new CurvesChart(unit.isEmpty() ? "Loss" : "Loss, " + unit, series);
    return Html.of(
        """
        <section id="losses"><h2>Training</h2>
        <p>{}</p>
        <figure><figcaption><b>{}</b></figcaption>{}</figure>{}</section>
        """,
        "Losses of other temperatures, batches, queues or kinds have other scales: a lower one need not be a better one.",
        chart.title(),
        chart.svg(),
        chart.legend());
  }

  private static List<Point> curve(RunResult run) {
    List<TrainingPoint> points =
        run.points().stream().filter(p -> p.hasLoss() && Double.isFinite(p.getLoss())).toList();
    int stride = Math.max(1, Math.ceilDiv(points.size(), CURVE_POINTS));
    List<Point> curve = new ArrayList<>();
    for (int i = points.isEmpty() ? 0 : (points.size() - 1) % stride;
        i < points.size();
        i += stride) {
      curve.add(new Point(points.get(i).getEpoch(), points.get(i).getLoss(), ""));
    }
    return curve;
  }

  /** The recipe of the best combination, or of the first. */
  static Html details(SweepResult result) {
    String title = result.best().map(b -> "The best recipe").orElse("The first recipe");
    List<Html> rows = new ArrayList<>();
    for (Map.Entry<String, String> axis : RecipeText.describe(recipe(result)).entrySet()) {
      rows.add(Html.of("<div><dt>{}</dt><dd>{}</dd></div>\n", axis.getKey(), axis.getValue()));
    }
    List<Html> runs =
        result.runs().stream()
            .map(
                run ->
                    Html.of(
                        "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td><code>{}</code></td></tr>\n",
                        run.run().point().text(),
                        run.run().spec().getSeed(),
                        run.run().spec().getModel(),
                        run.job().map(j -> j.getId()).orElse("–")))
            .toList();
    return Html.of(
        """
        <section id="details"><h2>Details</h2><h3>{}</h3><dl class="list">{}</dl>
        <details><summary>Runs with their models and jobs</summary><div class="scroll"><table class="sweep">
        <thead><tr><th scope="col">Combination</th><th scope="col">Seed</th><th scope="col">Model</th>\
        <th scope="col">Job</th></tr></thead><tbody>{}</tbody></table></div></details></section>
        """,
        title,
        rows,
        runs);
  }

  private static Recipe recipe(SweepResult result) {
    return result
        .best()
        .map(best -> best.point().recipe())
        .orElseGet(() -> result.plan().runs().getFirst().spec().getRecipe());
  }
}
