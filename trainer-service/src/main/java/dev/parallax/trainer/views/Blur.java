package dev.parallax.trainer.views;

/** Separable Gaussian blur of a square image with reflected borders. */
final class Blur {
  private final int side;
  private final int radius;
  private final float[] kernel;
  private final float[] rows;

  /** The kernel spans a tenth of the side, as in SimCLR, and three pixels at least. */
  Blur(int side) {
    this.side = side;
    this.radius = Math.max(1, side / 10 / 2);
    this.kernel = new float[2 * radius + 1];
    this.rows = new float[side * side * 3];
  }

  /**
   * Blurs in place.
   *
   * @param sigma standard deviation, pixels
   */
  void apply(float[] rgb, double sigma) {
    fill(sigma);
    int stride = side * 3;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        convolve(rgb, y * stride, x, 3, rows, y * stride + x * 3);
      }
    }
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        convolve(rows, x * 3, y, stride, rgb, y * stride + x * 3);
      }
    }
  }

  private void fill(double sigma) {
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      double weight = Math.exp(-0.5 * (i / sigma) * (i / sigma));
      kernel[i + radius] = (float) weight;
      sum += weight;
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= (float) sum;
    }
  }

  private void convolve(float[] in, int start, int center, int step, float[] out, int at) {
    float r = 0;
    float g = 0;
    float b = 0;
    for (int i = -radius; i <= radius; i++) {
      float weight = kernel[i + radius];
      int from = start + Borders.reflected(center + i, side) * step;
      r += weight * in[from];
      g += weight * in[from + 1];
      b += weight * in[from + 2];
    }
    out[at] = r;
    out[at + 1] = g;
    out[at + 2] = b;
  }
}
