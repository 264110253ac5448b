package dev.parallax.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a panel's plot lies in its SVG, in pixels from the top left, and how its axes are drawn.
 *
 * @param width of the SVG
 * @param height of the SVG
 * @param left of the plot
 * @param right of the plot
 * @param top of the plot
 * @param bottom of the plot, where the axis of x is
 */
record Frame(int width, int height, int left, int right, int top, int bottom) {
  /** A grid line and its figure for each tick. */
  Html levels(Axis y) {
    List<Html> parts = new ArrayList<>();
    for (double tick : y.ticks()) {
      String at = Figures.coordinate(y.pixel(tick));
      parts.add(
          Html.of(
              """
              <line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>\
              <text x="{}" y="{}" dy=".35em" text-anchor="end">{}</text>""",
              left,
              right,
              at,
              at,
              left - 8,
              at,
              Figures.fixed(tick, y.decimals())));
    }
    return Html.join(parts);
  }

  /** A figure for each tick below the plot, and their unit in the corner. */
  Html epochs(Axis x) {
    List<Html> parts = new ArrayList<>();
    for (double tick : x.ticks()) {
      parts.add(
          Html.of(
              "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
              Figures.coordinate(x.pixel(tick)),
              bottom + 19,
              Figures.fixed(tick, x.decimals())));
    }
    parts.add(
        Html.of("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">epochs</text>", right, height - 6));
    return Html.join(parts);
  }

  /** The line on which the plot stands. */
  Html floor() {
    return Html.of(
        "<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>",
        left,
        right,
        bottom,
        bottom);
  }
}
