package dev.parallax.trainer.pretrain;

/** The collapse monitor of Chen and He 2021, section 4.1. */
final class FeatureSpread {
  private FeatureSpread() {}

  /**
   * Mean per-dimension standard deviation of L2-normalised rows times the square root of d: about 1
   * for directions spread evenly, 0 for a collapsed output.
   *
   * @param z {@code [n, d]} in row-major order
   */
  static double of(float[] z, int d) {
    int n = z.length / d;
    double[] sum = new double[d];
    double[] squares = new double[d];
    for (int row = 0; row < n; row++) {
      double norm = 0;
      for (int i = 0; i < d; i++) {
        norm += (double) z[row * d + i] * z[row * d + i];
      }
      double scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
      for (int i = 0; i < d; i++) {
        double value = z[row * d + i] * scale;
        sum[i] += value;
        squares[i] += value * value;
      }
    }
    double deviation = 0;
    for (int i = 0; i < d; i++) {
      double mean = sum[i] / n;
      deviation += Math.sqrt(Math.max(0, squares[i] / n - mean * mean));
    }
    return deviation / d * Math.sqrt(d);
  }
}
