package dev.parallax.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Accuracies by the value of a factor, as SVG: a dot for each run, a stroke at the mean.
 *
 * @param title what the panel shows
 * @param columns from left to right; at least one of them has dots
 */
record DotPlot(String title, List<Column> columns) {
  /**
   * @param value of the factor
   * @param dots runs with that value
   */
  record Column(String value, List<Dot> dots) {
    double mean() {
      return dots.stream().mapToDouble(Dot::share).average().orElse(Double.NaN);
    }
  }

  /**
   * @param share accuracy, 0 to 1
   * @param text what the pointer is told
   */
  record Dot(double share, String text) {}

  private static final Frame FRAME = new Frame(520, 280, 44, 508, 18, 246);

  /** Half the length of a mean's stroke. */
  private static final double STROKE = 16;

  /** Columns that have room for their mean in figures. */
  private static final int FIGURES = 8;

  /** Columns that have room for their value below. */
  private static final int LABELS = 12;

  private static final int LABEL_CHARS = 14;

  /** What a panel's height is at least, as a share of images. */
  private static final double MIN_RANGE = 0.08;

  Html svg() {
    Axis y = axis();
    List<Html> parts = new ArrayList<>(List.of(FRAME.levels(y)));
    double step = (FRAME.right() - FRAME.left()) / (double) columns.size();
    int every = Math.ceilDiv(columns.size(), LABELS);
    for (int i = 0; i < columns.size(); i++) {
      double x = FRAME.left() + step * (i + 0.5);
      parts.add(column(columns.get(i), x, y));
      if (i % every == 0) {
        parts.add(
            Html.of(
                "<text class=\"value\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                Figures.coordinate(x),
                FRAME.bottom() + 20,
                shortened(columns.get(i).value())));
      }
    }
    return Html.of(
        """
        <svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>
        """,
        FRAME.width(),
        FRAME.height(),
        title + ". " + summary(),
        parts,
        FRAME.floor());
  }

  /** The means in a sentence. */
  String summary() {
    return String.join(
        ", ",
        columns.stream()
            .map(
                c ->
                    c.value()
                        + " "
                        + (c.dots().isEmpty() ? "not measured" : Figures.percent(c.mean())))
            .toList());
  }

  private Html column(Column column, double x, Axis y) {
    if (column.dots().isEmpty()) {
      return Html.NONE;
    }
    List<Html> parts = new ArrayList<>();
    for (Dot dot : column.dots()) {
      parts.add(
          Html.of(
              "<circle cx=\"{}\" cy=\"{}\" r=\"4.5\"><title>{}</title></circle>",
              Figures.coordinate(x),
              Figures.coordinate(y.pixel(100 * dot.share())),
              dot.text()));
    }
    String mean = Figures.coordinate(y.pixel(100 * column.mean()));
    parts.add(
        Html.of(
            "<line class=\"mean\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>",
            Figures.coordinate(x - STROKE),
            Figures.coordinate(x + STROKE),
            mean,
            mean));
    if (columns.size() <= FIGURES) {
      parts.add(
          Html.of(
              "<text class=\"figure\" x=\"{}\" y=\"{}\" dy=\".35em\">{}</text>",
              Figures.coordinate(x + STROKE + 4),
              mean,
              Figures.fixed(100 * column.mean(), 1)));
    }
    return Html.join(parts);
  }

  private Axis axis() {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Column column : columns) {
      for (Dot dot : column.dots()) {
        low = Math.min(low, dot.share());
        high = Math.max(high, dot.share());
      }
    }
    // Differences that another seed might turn round are no reason to fill the panel with them.
    double margin = Math.max(0.1 * (high - low), (MIN_RANGE - (high - low)) / 2);
    return Axis.rounded(
        100 * Math.max(0, low - margin),
        100 * Math.min(1, high + margin),
        FRAME.bottom(),
        FRAME.top(),
        5);
  }

  private static String shortened(String value) {
    return value.length() <= LABEL_CHARS ? value : value.substring(0, LABEL_CHARS - 1) + "…";
  }
}
