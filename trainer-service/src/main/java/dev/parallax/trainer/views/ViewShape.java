package dev.parallax.trainer.views;

import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;

/**
 * Shape of a view and of the rows it becomes: itself, or a grid of square patches.
 *
 * @param side of the view, pixels
 * @param rowSide side of what the encoder sees: the patch, or the whole view
 * @param stride pixels from patch to patch; the side of a view without patches
 */
record ViewShape(int side, int rowSide, int stride) {
  ViewShape {
    if (side < 2) {
      throw new IllegalArgumentException("views of " + side + " pixels; allowed: 2 or more");
    }
    boolean whole = rowSide == side && stride == side;
    boolean grid =
        rowSide >= 2
            && stride >= 1
            && stride <= rowSide
            && rowSide < side
            && (side - rowSide) % stride == 0;
    if (!whole && !grid) {
      throw new IllegalArgumentException(
          "patches of %d pixels every %d pixels in views of %d; allowed: 1 <= stride <= size, size +"
                  .formatted(rowSide, stride, side)
              + " stride <= side, side - size a multiple of stride");
    }
  }

  static ViewShape of(Views views, ViewPipeline pipeline) {
    int side = ViewLayout.side(views, pipeline);
    return pipeline.hasPatches()
        ? new ViewShape(side, pipeline.getPatches().getSize(), pipeline.getPatches().getStride())
        : new ViewShape(side, side, side);
  }

  /** Rows that a view becomes. */
  int rows() {
    int grid = (side - rowSide) / stride + 1;
    return grid * grid;
  }

  /** Bytes of a row. */
  int rowBytes() {
    return rowSide * rowSide * 3;
  }

  /** Bytes of all rows of a view; overlapping patches repeat pixels. */
  long bytes() {
    return (long) rows() * rowBytes();
  }

  /**
   * Writes the rows of a view one after another, patches row by row of the grid.
   *
   * @param view interleaved RGB, {@code side * side * 3} bytes
   * @param out receives {@link #bytes()} bytes
   */
  void cut(byte[] view, byte[] out) {
    int at = 0;
    int line = rowSide * 3;
    for (int top = 0; top + rowSide <= side; top += stride) {
      for (int left = 0; left + rowSide <= side; left += stride) {
        for (int y = top; y < top + rowSide; y++, at += line) {
          System.arraycopy(view, (y * side + left) * 3, out, at, line);
        }
      }
    }
  }
}
