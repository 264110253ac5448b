package dev.parallax.images;

import static dev.parallax.images.TriangleFilter.PRECISION_BITS;

import java.util.Arrays;

/**
 * Antialiased bilinear resampling as Pillow and torchvision do it on 8-bit images: a triangle
 * filter whose support grows with the reduction, first along rows, then along columns, rounded to 8
 * bits after each.
 */
public final class Resampler {
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
    requireInside(src, x, y, w, h);
    if (outW < 1 || outH < 1) {
      throw new IllegalArgumentException(
          "the result is " + outW + "x" + outH + "; allowed: 1x1 or more");
    }
    if (w == outW && h == outH) {
      copy(src, x, y, w, h, out, outOffset);
      return;
    }
    resample(src, x, y, TriangleFilter.of(w, outW), TriangleFilter.of(h, outH), out, outOffset);
  }

  /**
   * The window {@code (x, y, w, h)} of what {@code src} would be at {@code fullWidth * fullHeight}
   * pixels; nothing outside of it is computed.
   */
  static RgbImage window(RgbImage src, int fullWidth, int fullHeight, int x, int y, int w, int h) {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(w, h), 3)];
    if (fullWidth == src.width() && fullHeight == src.height()) {
      copy(src, x, y, w, h, out, 0);
    } else {
      resample(
          src,
          0,
          0,
          TriangleFilter.window(src.width(), fullWidth, x, w),
          TriangleFilter.window(src.height(), fullHeight, y, h),
          out,
          0);
    }
    return new RgbImage(w, h, out);
  }

  private static void requireInside(RgbImage src, int x, int y, int w, int h) {
    if (x < 0 || y < 0 || w < 1 || h < 1 || w > src.width() - x || h > src.height() - y) {
      throw new IllegalArgumentException(
          "the box %dx%d at (%d, %d) is not inside the image of %dx%d"
              .formatted(w, h, x, y, src.width(), src.height()));
    }
  }

  private static void copy(RgbImage src, int x, int y, int w, int h, byte[] out, int outOffset) {
    for (int row = 0; row < h; row++) {
      int from = ((y + row) * src.width() + x) * 3;
      System.arraycopy(src.rgb(), from, out, outOffset + row * w * 3, w * 3);
    }
  }

  /** The filters' inputs are counted from the box's corner (x, y). */
  private static void resample(
      RgbImage src,
      int x,
      int y,
      TriangleFilter columns,
      TriangleFilter rows,
      byte[] out,
      int outOffset) {
    int height = rows.end() - rows.start();
    byte[] narrowed = new byte[Math.multiplyExact(Math.multiplyExact(columns.size(), height), 3)];
    horizontal(src, x, y + rows.start(), height, columns, narrowed);
    vertical(narrowed, columns.size() * 3, rows, out, outOffset);
  }

  private static void horizontal(
      RgbImage src, int x, int y, int h, TriangleFilter filter, byte[] out) {
    byte[] in = src.rgb();
    int[] weights = filter.weights();
    int[] first = filter.first();
    int[] count = filter.count();
    int at = 0;
    for (int row = 0; row < h; row++) {
      int start = ((y + row) * src.width() + x) * 3;
      for (int i = 0; i < filter.size(); i++) {
        int from = start + first[i] * 3;
        int r = 1 << (PRECISION_BITS - 1);
        int g = r;
        int b = r;
        for (int k = i * filter.taps(), end = k + count[i]; k < end; k++, from += 3) {
          int weight = weights[k];
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

  private static void vertical(
      byte[] in, int stride, TriangleFilter filter, byte[] out, int outOffset) {
    int[] sums = new int[stride];
    for (int i = 0; i < filter.size(); i++) {
      Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
      for (int k = 0; k < filter.count()[i]; k++) {
        int weight = filter.weights()[i * filter.taps() + k];
        int from = (filter.first()[i] - filter.start() + k) * stride;
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
}
