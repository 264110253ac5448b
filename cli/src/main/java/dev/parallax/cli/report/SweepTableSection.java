package dev.parallax.cli.report;

import dev.parallax.cli.sweep.Measure;
import dev.parallax.cli.sweep.RunResult;
import dev.parallax.cli.sweep.Statistic;
import dev.parallax.cli.sweep.SweepResult;
import dev.parallax.cli.sweep.SweepResult.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The results of a sweep, with what a difference has to exceed, and the runs that failed. */
final class SweepTableSection {
  /** Warnings that are told; the same one may come from every run. */
  private static final int WARNINGS = 20;

  private SweepTableSection() {}

  /** A row for each combination. */
  static Html of(SweepResult result) {
    List<Html> head = new ArrayList<>();
    result.factors().forEach(f -> head.add(Html.of("<th scope=\"col\">{}</th>", f.name())));
    head.add(Html.of("<th scope=\"col\">Runs</th>"));
    result.measures().forEach(m -> head.add(Html.of("<th scope=\"col\">{}</th>", capital(m))));
    head.add(Html.of("<th scope=\"col\">Loss</th>"));
    if (result.spreads()) {
      head.add(Html.of("<th scope=\"col\">Feature spread</th>"));
    }
    head.add(Html.of("<th scope=\"col\">Seconds</th>"));
    Optional<Group> best = result.best();
    List<Html> rows =
        result.groups().stream()
            .map(group -> row(result, group, best.equals(Optional.of(group))))
            .toList();
    return Html.of(
        """
        <section id="results"><h2>Results</h2><p>{}</p>
        <div class="scroll"><table class="sweep"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>
        {}{}{}{}</section>
        """,
        protocol(result),
        head,
        rows,
        certainty(result),
        collapse(result),
        failures(result),
        warnings(result));
  }

  private static Html row(SweepResult result, Group group, boolean best) {
    List<Html> cells = new ArrayList<>();
    group.point().values().values().forEach(v -> cells.add(Html.of("<td>{}</td>", v)));
    cells.add(Html.of("<td>{}</td>", group.runs().stream().filter(run -> !run.failed()).count()));
    for (Measure measure : result.measures()) {
      cells.add(
          group
              .statistic(measure)
              .map(SweepTableSection::accuracy)
              .orElse(Html.of("<td class=\"none\">–</td>")));
    }
    cells.add(Html.of("<td>{}</td>", mean(group.runs().stream().map(RunResult::loss), 3)));
    if (result.spreads()) {
      cells.add(
          Html.of("<td>{}</td>", mean(group.runs().stream().map(RunResult::featureSpread), 3)));
    }
    cells.add(Html.of("<td>{}</td>", mean(group.runs().stream().map(RunResult::seconds), 1)));
    return Html.of("<tr class=\"{}\">{}</tr>\n", best ? "best" : "", cells);
  }

  private static Html accuracy(Statistic statistic) {
    return Html.of(
        "<td><b>{}</b><span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{}%\"></i></span></td>",
        spread(statistic), Figures.coordinate(100 * statistic.mean()));
  }

  static String spread(Statistic statistic) {
    return statistic.deviation().isEmpty()
        ? Figures.percent(statistic.mean())
        : Figures.fixed(100 * statistic.mean(), 1)
            + " ± "
            + Figures.percent(statistic.deviation().getAsDouble());
  }

  private static String mean(Stream<OptionalDouble> values, int decimals) {
    OptionalDouble mean = values.flatMapToDouble(OptionalDouble::stream).average();
    return mean.isPresent() ? Figures.fixed(mean.getAsDouble(), decimals) : "–";
  }

  private static String protocol(SweepResult result) {
    if (result.measures().isEmpty()) {
      return "No run was measured.";
    }
    return result.plan().measurement().isPresent()
        ? "Share of test images classified right from frozen embeddings, through the embedding service."
        : "Accuracy of the training's own kNN, of a fifth of a labelled sample against the rest of it, at its end.";
  }

  /** What a difference has to exceed. */
  private static Html certainty(SweepResult result) {
    Optional<Group> best = result.best();
    long images =
        result.runs().stream()
            .flatMap(run -> run.evaluation().stream())
            .mapToLong(e -> e.getResult().getTest().getImages())
            .max()
            .orElse(0);
    String seeds =
        result.repeated()
            ? "Spread is the standard deviation over seeds. "
            : "Each combination was trained once: how much another seed would change is not known. ";
    if (best.isEmpty() || images == 0) {
      return Html.of("<p class=\"note\">{}</p>", seeds);
    }
    Measure measure = result.measures().getLast();
    Interval interval = Interval.of(best.get().statistic(measure).orElseThrow().mean(), images);
    long near =
        result.groups().stream()
            .filter(group -> !group.equals(best.get()))
            .flatMap(group -> group.statistic(measure).stream())
            .filter(statistic -> statistic.mean() >= interval.low())
            .count();
    return Html.of(
        "<p class=\"note\">{}{} test images alone leave the best accuracy open between {} and {} (95 %, Wilson 1927); {} {} in it.</p>",
        seeds,
        Figures.count(images),
        Figures.percent(interval.low()),
        Figures.percent(interval.high()),
        near == 0 ? "no other combination" : Figures.counted(near, "other combination"),
        near > 1 ? "lie" : "lies");
  }

  private static Html collapse(SweepResult result) {
    return result.spreads()
        ? Html.of(
            "<p class=\"note\">{}</p>",
            "Feature spread is the mean standard deviation of the normalised projections times √d, at the end of the"
                + " training: about 1 where they point into all directions, near 0 where they collapsed (Chen and He"
                + " 2021).")
        : Html.NONE;
  }

  private static Html failures(SweepResult result) {
    List<Html> items =
        result.runs().stream()
            .filter(RunResult::failed)
            .map(
                run ->
                    Html.of(
                        "<li>{}, seed {}: {}</li>",
                        run.run().point().text(),
                        run.run().spec().getSeed(),
                        run.error()))
            .toList();
    return items.isEmpty()
        ? Html.NONE
        : Html.of("<div class=\"warning\"><h3>Failed runs</h3><ul>{}</ul></div>", items);
  }

  private static Html warnings(SweepResult result) {
    List<Html> items = new ArrayList<>();
    for (RunResult run : result.runs()) {
      for (String warning : run.warnings()) {
        items.add(
            Html.of(
                "<li>{}, seed {}: {}</li>",
                run.run().point().text(),
                run.run().spec().getSeed(),
                warning));
      }
    }
    int more = items.size() - WARNINGS;
    return items.isEmpty()
        ? Html.NONE
        : Html.of(
            "<div class=\"warning\"><h3>Warnings of the training</h3><ul>{}{}</ul></div>",
            items.subList(0, Math.min(WARNINGS, items.size())),
            more > 0 ? Html.of("<li>{} more</li>", Figures.count(more)) : Html.NONE);
  }

  private static String capital(Measure measure) {
    return switch (measure) {
      case ONLINE_KNN -> "Online kNN";
      case KNN -> "Weighted kNN";
      case LINEAR -> "Linear probe";
    };
  }
}
