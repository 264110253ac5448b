package dev.parallax.cli.report;

import java.util.List;

/**
 * How the points of a class look. Ten colours (Petroff 2021, "Accessible Color Sequences for Data
 * Visualization") are told apart with any colour vision; each further ten classes take them again
 * with another shape.
 */
record Mark(int color, Shape shape) {
  /** Drawn from the middle of the mark on; r is its radius. */
  enum Shape {
    DISC("h.01", "disc"),
    DIAMOND("m-r 0 r-r r r-r r-r-rz", "solid"),
    RING("m-r 0a r r 0 1 0 2r 0a r r 0 1 0-2r 0", "open"),
    TRIANGLE("m0-r r 2r-2r 0z", "solid"),
    CROSS("m-r-r 2r 2rm0-2r-2r 2r", "open"),
    SQUARE("m-r-r 2r 0 0 2r-2r 0z", "open"),
    PLUS("m-r 0 2r 0m-r-r 0 2r", "open"),
    WEDGE("m0 r r-2r-2r 0z", "solid"),
    LOZENGE("m-r 0 r-r r r-r r-r-rz", "open"),
    BAR("m-r 0 2r 0", "open");

    private final String outline;
    private final String style;

    Shape(String outline, String style) {
      this.outline = outline;
      this.style = style;
    }

    /** CSS class that says whether it is filled. */
    String style() {
      return style;
    }
  }

  static final int COLORS = 10;

  private static final List<Shape> SHAPES = List.of(Shape.values());

  static Mark of(int label) {
    return label < 0
        ? new Mark(-1, Shape.DISC)
        : new Mark(label % COLORS, SHAPES.get(label / COLORS % SHAPES.size()));
  }

  /** CSS classes of the mark. */
  String css() {
    return (color < 0 ? "none" : "c" + color) + " " + shape.style;
  }

  /** Path from the mark's middle, where the pen is already. */
  String path(double radius) {
    String one = Figures.coordinate(radius);
    String two = Figures.coordinate(2 * radius);
    return shape.outline.replace("2r", "\u0000").replace("r", one).replace("\u0000", two);
  }
}
