package dev.parallax.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One curve in one panel, as SVG. The script of the page reads {@code data-points} for its
 * crosshair.
 *
 * @param title what the panel shows, with the unit of y
 * @param summary the curve in a sentence, for those who cannot see it
 * @param points in the order of x; at least one
 * @param baselines levels to compare the curve with
 * @param yScale what y is multiplied with on its axis, 100 for shares in percent
 * @param fromZero whether the axis of y starts at 0
 */
record LineChart(
    String title,
    String summary,
    List<Point> points,
    List<Baseline> baselines,
    double yScale,
    boolean fromZero) {
  /**
   * @param x epochs
   * @param text what the crosshair says here
   */
  record Point(double x, double y, String text) {}

  record Baseline(double y, String text) {}

  private static final Frame FRAME = new Frame(520, 300, 44, 508, 18, 258);

  /** Up to this many points each gets a dot. */
  private static final int DOTS = 40;

  private static final int LABEL_HEIGHT = 16;

  LineChart {
    points = List.copyOf(points);
    baselines = List.copyOf(baselines);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("points is empty; allowed: at least one");
    }
  }

  Html svg() {
    Axis x = Axis.tight(0, points.getLast().x(), FRAME.left(), FRAME.right(), 6);
    Axis y = yAxis();
    return Html.of(
        """
        <svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" tabindex="0" data-points="{}" data-top="{}" data-bottom="{}">
        {}{}{}{}
        </svg>
        """,
        FRAME.width(),
        FRAME.height(),
        title + ". " + summary,
        data(x, y),
        FRAME.top(),
        FRAME.bottom(),
        axes(x, y),
        levels(y),
        curve(x, y),
        Html.of(
            "<g class=\"cross\" hidden><line y1=\"{}\" y2=\"{}\"/><circle r=\"5\"/></g>",
            FRAME.top(),
            FRAME.bottom()));
  }

  private Axis yAxis() {
    double low = fromZero ? 0 : Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Point point : points) {
      low = Math.min(low, point.y());
      high = Math.max(high, point.y());
    }
    for (Baseline baseline : baselines) {
      low = Math.min(low, baseline.y());
      high = Math.max(high, baseline.y());
    }
    return Axis.rounded(low * yScale, high * yScale, FRAME.bottom(), FRAME.top(), 5);
  }

  private static Html axes(Axis x, Axis y) {
    return Html.join(List.of(FRAME.levels(y), FRAME.epochs(x), FRAME.floor()));
  }

  /**
   * Labels sit on their lines, at the right end; the lower of two close ones goes below its line.
   */
  private Html levels(Axis y) {
    List<Html> parts = new ArrayList<>();
    double above = Double.NEGATIVE_INFINITY;
    List<Baseline> fromTheTop =
        baselines.stream().sorted(Comparator.comparingDouble(Baseline::y).reversed()).toList();
    for (Baseline baseline : fromTheTop) {
      double at = y.pixel(baseline.y() * yScale);
      boolean crowded = at - above < LABEL_HEIGHT;
      above = at;
      parts.add(
          Html.of(
              """
              <line class="level" x1="{}" x2="{}" y1="{}" y2="{}"/>\
              <text class="level" x="{}" y="{}" text-anchor="end">{}</text>""",
              FRAME.left(),
              FRAME.right(),
              Figures.coordinate(at),
              Figures.coordinate(at),
              FRAME.right(),
              Figures.coordinate(crowded ? at + 14 : at - 6),
              baseline.text()));
    }
    return Html.join(parts);
  }

  private Html curve(Axis x, Axis y) {
    var line = new StringBuilder();
    List<Html> dots = new ArrayList<>();
    for (Point point : points) {
      String px = Figures.coordinate(x.pixel(point.x()));
      String py = Figures.coordinate(y.pixel(point.y() * yScale));
      line.append(line.isEmpty() ? "" : " ").append(px).append(',').append(py);
      if (points.size() <= DOTS || point.equals(points.getLast())) {
        dots.add(Html.of("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"3\"/>", px, py));
      }
    }
    return Html.of("<polyline class=\"line\" points=\"{}\"/>{}", line, dots);
  }

  /** Pixel x, pixel y and text of every point, separated by | and, between points, by newlines. */
  private String data(Axis x, Axis y) {
    var out = new StringBuilder();
    for (Point point : points) {
      out.append(out.isEmpty() ? "" : "\n")
          .append(Figures.coordinate(x.pixel(point.x())))
          .append('|')
          .append(Figures.coordinate(y.pixel(point.y() * yScale)))
          .append('|')
          .append(point.text());
    }
    return out.toString();
  }
}
