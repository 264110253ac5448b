package dev.parallax.cli.sweep;

import dev.parallax.cli.sweep.SweepResult.Group;
import dev.parallax.cli.terminal.Table;
import dev.parallax.cli.terminal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A sweep in lines of text: a row for each run, and one for each combination over its seeds. */
public final class SweepTable {
  private static final String NONE = "-";
  private static final String BEST = "*";

  private SweepTable() {}

  public static List<String> lines(SweepResult result) {
    List<String> lines = new ArrayList<>(runs(result).lines());
    if (result.repeated()) {
      lines.add("");
      lines.addAll(groups(result).lines());
    }
    return lines;
  }

  private static Table runs(SweepResult result) {
    boolean errors = result.failures() > 0;
    List<String> header = new ArrayList<>(List.of(""));
    result.factors().forEach(factor -> header.add(factor.name()));
    if (result.repeated()) {
      header.add("SEED");
    }
    header.add("LOSS");
    if (result.spreads()) {
      header.add("FEATURE SPREAD");
    }
    result.measures().forEach(measure -> header.add(title(measure)));
    header.add("SECONDS");
    if (errors) {
      header.add("ERROR");
    }
    Table table = new Table(header.toArray(String[]::new));
    Optional<Group> best = result.best();
    for (RunResult run : result.runs()) {
      // With several seeds the means decide, not the luckiest run.
      boolean marked =
          !result.repeated()
              && best.filter(group -> group.point().equals(run.run().point())).isPresent();
      List<String> cells = new ArrayList<>(List.of(marked ? BEST : ""));
      cells.addAll(run.run().point().values().values());
      if (result.repeated()) {
        cells.add(Long.toString(run.run().spec().getSeed()));
      }
      cells.add(number(run.loss()));
      if (result.spreads()) {
        cells.add(number(run.featureSpread()));
      }
      for (Measure measure : result.measures()) {
        cells.add(percent(measure.of(run)));
      }
      cells.add(
          run.seconds().isPresent()
              ? String.format(Locale.ROOT, "%.1f", run.seconds().getAsDouble())
              : NONE);
      if (errors) {
        cells.add(run.error());
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static Table groups(SweepResult result) {
    List<String> header = new ArrayList<>(List.of(""));
    result.factors().forEach(factor -> header.add(factor.name()));
    header.add("RUNS");
    result.measures().forEach(measure -> header.add(title(measure)));
    Table table = new Table(header.toArray(String[]::new));
    Optional<Group> best = result.best();
    for (Group group : result.groups()) {
      List<String> cells = new ArrayList<>(List.of(best.equals(Optional.of(group)) ? BEST : ""));
      cells.addAll(group.point().values().values());
      cells.add(Long.toString(group.runs().stream().filter(run -> !run.failed()).count()));
      for (Measure measure : result.measures()) {
        cells.add(group.statistic(measure).map(SweepTable::spread).orElse(NONE));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** {@code 60.0 ± 1.2 %}. */
  static String spread(Statistic statistic) {
    return statistic.deviation().isEmpty()
        ? Texts.percent(statistic.mean())
        : String.format(
            Locale.ROOT,
            "%.1f ± %.1f %%",
            100 * statistic.mean(),
            100 * statistic.deviation().getAsDouble());
  }

  static String loss(double loss) {
    return String.format(Locale.ROOT, "%.3f", loss);
  }

  private static String number(OptionalDouble number) {
    return number.isPresent() ? loss(number.getAsDouble()) : NONE;
  }

  private static String title(Measure measure) {
    return switch (measure) {
      case ONLINE_KNN, KNN -> measure.title();
      case LINEAR -> "LINEAR";
    };
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? Texts.percent(share.getAsDouble()) : NONE;
  }
}
