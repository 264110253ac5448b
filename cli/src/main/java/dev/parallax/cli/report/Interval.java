package dev.parallax.cli.report;

/**
 * The 95 % interval of a share by Wilson 1927: where the accuracy on more such images is to be
 * expected.
 */
record Interval(double low, double high) {
  private static final double Z = 1.959964;

  /**
   * @param share right ones among {@code count}, 0 to 1
   * @param count 1 or more
   */
  static Interval of(double share, long count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + "; allowed: 1 or more");
    }
    double z2 = Z * Z / count;
    double centre = (share + z2 / 2) / (1 + z2);
    double half = Z * Math.sqrt(share * (1 - share) / count + z2 / (4 * count)) / (1 + z2);
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }
}
