package dev.parallax.trainer.views;

/** What lies beyond the border of an image. */
final class Borders {
  private Borders() {}

  /**
   * The pixel that a reflection at the border shows at {@code i}; the border's own pixel is not
   * repeated.
   *
   * @param i pixels, -(side - 1) to 2 (side - 1)
   */
  static int reflected(int i, int side) {
    int inside = i < 0 ? -i : i;
    return inside < side ? inside : 2 * (side - 1) - inside;
  }
}
