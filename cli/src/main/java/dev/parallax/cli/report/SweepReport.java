package dev.parallax.cli.report;

import dev.parallax.cli.output.WholeFile;
import dev.parallax.cli.sweep.Factor;
import dev.parallax.cli.sweep.Measure;
import dev.parallax.cli.sweep.RunResult;
import dev.parallax.cli.sweep.Statistic;
import dev.parallax.cli.sweep.SweepResult;
import dev.parallax.cli.sweep.SweepResult.Group;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the report of a sweep. */
public final class SweepReport {
  private SweepReport() {}

  /**
   * Writes the report, so that {@code file} is a whole report or what it was before.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, SweepResult result, Instant created) throws IOException {
    WholeFile.write(file, render(result, created));
  }

  static String render(SweepResult result, Instant created) {
    return Page.of(
        "Sweep of " + result.plan().recipe() + " · " + headline(result),
        header(result, created),
        List.of(
            SweepTableSection.of(result),
            SweepSections.plots(result),
            SweepSections.curves(result),
            SweepSections.details(result)),
        created);
  }

  private static Html header(SweepResult result, Instant created) {
    TrainingSpec spec = result.plan().runs().getFirst().spec();
    return Html.of(
        """
        <header>
        <p class="kicker">Parallax · sweep report</p>
        <h1>{}</h1>
        <dl class="facts">
        <div><dt>Recipe</dt><dd>{}</dd></div>
        <div><dt>Varied</dt><dd>{}</dd></div>
        <div><dt>Images</dt><dd><code>{}</code></dd></div>
        <div><dt>Measured</dt><dd>{}</dd></div>
        <div><dt>Runs</dt><dd>{}</dd></div>
        <div><dt>Made</dt><dd><time datetime="{}">{}</time></dd></div>
        </dl>
        </header>
        """,
        headline(result).replace(" %", "\u00a0%"),
        result.plan().recipe(),
        String.join("; ", result.factors().stream().map(Factor::name).toList()),
        spec.getData(),
        measured(result),
        runs(result),
        created,
        Figures.minute(created));
  }

  /** {@code Best: loss.temperature=0.2, linear 70.1 %}. */
  static String headline(SweepResult result) {
    Optional<Group> best = result.best();
    if (best.isEmpty()) {
      return "Nothing was measured";
    }
    Measure measure = result.measures().getLast();
    Statistic statistic = best.get().statistic(measure).orElseThrow();
    return "Best: %s, %s %s"
        .formatted(best.get().point().text(), measure.title(), SweepTableSection.spread(statistic));
  }

  private static Html measured(SweepResult result) {
    return result
        .plan()
        .measurement()
        .map(
            m ->
                m.gallery().equals(result.plan().runs().getFirst().spec().getData())
                    ? Html.of("<code>{}</code>, by the images trained on", m.test())
                    : Html.of("<code>{}</code> with <code>{}</code>", m.test(), m.gallery()))
        .orElseGet(() -> Html.of("{}", "by the training's own online kNN"));
  }

  private static String runs(SweepResult result) {
    List<String> parts = new ArrayList<>();
    parts.add(Figures.count(result.runs().size()));
    if (result.failures() > 0) {
      parts.add(Figures.count(result.failures()) + " failed");
    }
    double seconds =
        result.runs().stream().map(RunResult::seconds).flatMapToDouble(s -> s.stream()).sum();
    if (seconds > 0) {
      parts.add(Figures.duration(seconds) + " of training");
    }
    return String.join(", ", parts);
  }
}
