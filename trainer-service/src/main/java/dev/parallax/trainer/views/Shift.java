package dev.parallax.trainer.views;

import java.util.Arrays;

/**
 * Moves a square image, interleaved RGB bytes, to the right by {@code dx} and down by {@code dy}
 * pixels. Image and result are arrays of their own.
 */
final class Shift {
  private Shift() {}

  /**
   * What comes in is the image reflected at its border.
   *
   * @param dx pixels, -(side - 1) to side - 1, as is {@code dy}
   */
  static void reflected(byte[] image, byte[] out, int side, int dx, int dy) {
    int at = 0;
    for (int y = 0; y < side; y++) {
      int row = Borders.reflected(y - dy, side) * side * 3;
      for (int x = 0; x < side; x++) {
        int from = row + Borders.reflected(x - dx, side) * 3;
        out[at++] = image[from];
        out[at++] = image[from + 1];
        out[at++] = image[from + 2];
      }
    }
  }

  /**
   * What comes in is black.
   *
   * @param dx pixels, -side to side, as is {@code dy}
   */
  static void black(byte[] image, byte[] out, int side, int dx, int dy) {
    Arrays.fill(out, 0, side * side * 3, (byte) 0);
    int length = (side - Math.abs(dx)) * 3;
    for (int y = Math.max(0, dy); y < Math.min(side, side + dy); y++) {
      int from = ((y - dy) * side + Math.max(0, -dx)) * 3;
      System.arraycopy(image, from, out, (y * side + Math.max(0, dx)) * 3, length);
    }
  }
}
