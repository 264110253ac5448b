package dev.parallax.cli.report;

import dev.parallax.cli.report.LineChart.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * Several curves in one panel, as SVG, with a legend.
 *
 * @param title what the panel shows, with the unit of y
 * @param series in the order of the legend; at least one curve has two points
 */
record CurvesChart(String title, List<Series> series) {
  /**
   * @param name in the legend
   * @param curves that share a colour, each in the order of x
   */
  record Series(String name, List<List<Point>> curves) {}

  private static final Frame FRAME = new Frame(1080, 380, 48, 1068, 14, 336);

  /** Series that have a colour and a name; the rest is drawn pale. */
  private static final int NAMED = 2 * Mark.COLORS;

  Html svg() {
    List<Point> all =
        series.stream().flatMap(s -> s.curves().stream()).flatMap(List::stream).toList();
    Axis x =
        Axis.tight(
            0, all.stream().mapToDouble(Point::x).max().orElse(1), FRAME.left(), FRAME.right(), 10);
    Axis y =
        Axis.rounded(
            all.stream().mapToDouble(Point::y).min().orElse(0),
            all.stream().mapToDouble(Point::y).max().orElse(1),
            FRAME.bottom(),
            FRAME.top(),
            6);
    List<Html> lines = new ArrayList<>();
    for (int i = series.size() - 1; i >= 0; i--) {
      for (List<Point> curve : series.get(i).curves()) {
        lines.add(line(i, curve, x, y));
      }
    }
    return Html.of(
        """
        <svg class="plot curves" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>
        """,
        FRAME.width(),
        FRAME.height(),
        title + " of " + Figures.counted(series.size(), "combination"),
        axes(x, y),
        lines);
  }

  Html legend() {
    List<Html> items = new ArrayList<>();
    for (int i = 0; i < Math.min(NAMED, series.size()); i++) {
      items.add(
          Html.of(
              """
              <span class="{}"><svg viewBox="0 0 22 10" aria-hidden="true">\
              <polyline points="1 5 21 5"/></svg>{}</span>""",
              css(i),
              series.get(i).name()));
    }
    if (series.size() > NAMED) {
      items.add(Html.of("<span>{} more, pale</span>", Figures.count(series.size() - NAMED)));
    }
    return Html.of("<p class=\"curve-key\">{}</p>", items);
  }

  private static Html line(int index, List<Point> curve, Axis x, Axis y) {
    var points = new StringBuilder();
    for (Point point : curve) {
      points
          .append(points.isEmpty() ? "" : " ")
          .append(Figures.coordinate(x.pixel(point.x())))
          .append(',')
          .append(Figures.coordinate(y.pixel(point.y())));
    }
    return Html.of("<g class=\"{}\"><polyline points=\"{}\"/></g>", css(index), points.toString());
  }

  /** Colours come twice, the second time dashed. */
  private static String css(int index) {
    return index >= NAMED
        ? "pale"
        : "c" + index % Mark.COLORS + (index >= Mark.COLORS ? " dashed" : "");
  }

  private static Html axes(Axis x, Axis y) {
    return Html.join(List.of(FRAME.levels(y), FRAME.epochs(x), FRAME.floor()));
  }
}
