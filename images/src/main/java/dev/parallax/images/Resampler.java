package dev.parallax.images;

/**
 * Antialiased bilinear resampling as Pillow and torchvision do it on 8-bit images: a triangle
 * filter whose support grows with the reduction, first along rows, then along columns, rounded to 8
 * bits after each.
 */
public final class Resampler {
  private static final int PRECISION_BITS = 22;

  private Resampler() {}

  /** Resizes a whole image. */
  public static RgbImage resize(RgbImage image, int width, int height) {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    resize(image, 0, 0, image.width(), image.height(), width, height, out, 0);
    return new RgbImage(width, height, out);
  }

  /**
   * Cuts the box {@code (x, y, w, h)} out of {@code src} and resizes it; pixels outside of the box
   * have no influence.
   *
   * @param out receives {@code outW * outH * 3} bytes from {@code outOffset} on
   */
  public static void resize(
      RgbImage src, int x, int y, int w, int h, int outW, int outH, byte[] out, int outOffset) {
    if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > src.width() || y + h > src.height()) {
      throw new IllegalArgumentException(
          "the box "
              + w
              + "x"
              + h
              + " at ("
              + x
              + ", "
              + y
              + ") is not inside the image of "
              + src.width()
              + "x"
              + src.height());
    }
    if (w == outW && h == outH) {
      for (int row = 0; row < h; row++) {
        System.arraycopy(
            src.rgb(),
            ((y + row) * src.width() + x) * 3,
            out,
            outOffset + row * outW * 3,
            outW * 3);
      }
      return;
    }
    byte[] rows = new byte[outW * h * 3];
    horizontal(src, x, y, h, Filter.of(w, outW), rows);
    vertical(rows, outW, Filter.of(h, outH), out, outOffset);
  }

  private static void horizontal(RgbImage src, int x, int y, int h, Filter filter, byte[] out) {
    byte[] in = src.rgb();
    int at = 0;
    for (int row = 0; row < h; row++) {
      int start = ((y + row) * src.width() + x) * 3;
      for (int i = 0; i < filter.size(); i++) {
        int from = start + filter.first()[i] * 3;
        int r = 1 << (PRECISION_BITS - 1);
        int g = r;
        int b = r;
        for (int k = i * filter.taps(), end = k + filter.count()[i]; k < end; k++, from += 3) {
          int weight = filter.weights()[k];
          r += (in[from] & 0xff) * weight;
          g += (in[from + 1] & 0xff) * weight;
          b += (in[from + 2] & 0xff) * weight;
        }
        out[at++] = clamp(r);
        out[at++] = clamp(g);
        out[at++] = clamp(b);
      }
    }
  }

  private static void vertical(byte[] in, int width, Filter filter, byte[] out, int outOffset) {
    int stride = width * 3;
    int[] sums = new int[stride];
    for (int i = 0; i < filter.size(); i++) {
      java.util.Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
      for (int k = 0; k < filter.count()[i]; k++) {
        int weight = filter.weights()[i * filter.taps() + k];
        int from = (filter.first()[i] + k) * stride;
        for (int j = 0; j < stride; j++) {
          sums[j] += (in[from + j] & 0xff) * weight;
        }
      }
      for (int j = 0; j < stride; j++) {
        out[outOffset + i * stride + j] = clamp(sums[j]);
      }
    }
  }

  private static byte clamp(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  /**
   * Fixed-point weights of one dimension: output i is the sum over {@code count[i]} inputs from
   * {@code first[i]} on.
   */
  private record Filter(int size, int taps, int[] first, int[] count, int[] weights) {
    static Filter of(int in, int out) {
      double scale = (double) in / out;
      double support = Math.max(1, scale);
      int taps = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[out];
      int[] count = new int[out];
      int[] weights = new int[out * taps];
      double[] exact = new double[taps];
      for (int i = 0; i < out; i++) {
        double center = (i + 0.5) * scale;
        int from = Math.max(0, (int) (center - support + 0.5));
        int to = Math.min(in, (int) (center + support + 0.5));
        double sum = 0;
        for (int k = 0; k < to - from; k++) {
          double distance = Math.abs(k + from - center + 0.5) / support;
          exact[k] = Math.max(0, 1 - distance);
          sum += exact[k];
        }
        for (int k = 0; k < to - from; k++) {
          weights[i * taps + k] = (int) (0.5 + exact[k] / sum * (1 << PRECISION_BITS));
        }
        first[i] = from;
        count[i] = to - from;
      }
      return new Filter(out, taps, first, count, weights);
    }
  }
}
