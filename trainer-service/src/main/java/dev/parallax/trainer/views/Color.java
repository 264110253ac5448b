package dev.parallax.trainer.views;

/**
 * Colour operations on interleaved RGB floats of 0 to 255, in place, each clamped to that range.
 * They follow torchvision's functions on float tensors.
 */
final class Color {
  // ITU-R BT.601 luma as torchvision rounds it.
  private static final float RED = 0.2989f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private Color() {}

  /** Multiplies by {@code factor}. */
  static void brightness(float[] rgb, int length, float factor) {
    for (int i = 0; i < length; i++) {
      rgb[i] = clamp(rgb[i] * factor);
    }
  }

  /** Blends with the mean grey of the image. */
  static void contrast(float[] rgb, int length, float factor) {
    double sum = 0;
    for (int i = 0; i < length; i += 3) {
      sum += grey(rgb, i);
    }
    float offset = (float) (sum * 3 / length) * (1 - factor);
    for (int i = 0; i < length; i++) {
      rgb[i] = clamp(rgb[i] * factor + offset);
    }
  }

  /** Blends each pixel with its grey. */
  static void saturation(float[] rgb, int length, float factor) {
    for (int i = 0; i < length; i += 3) {
      float offset = grey(rgb, i) * (1 - factor);
      rgb[i] = clamp(rgb[i] * factor + offset);
      rgb[i + 1] = clamp(rgb[i + 1] * factor + offset);
      rgb[i + 2] = clamp(rgb[i + 2] * factor + offset);
    }
  }

  /**
   * Turns the hue in HSV space.
   *
   * @param shift share of a full turn, -0.5 to 0.5
   */
  static void hue(float[] rgb, int length, float shift) {
    for (int i = 0; i < length; i += 3) {
      float r = rgb[i];
      float g = rgb[i + 1];
      float b = rgb[i + 2];
      float max = Math.max(r, Math.max(g, b));
      float range = max - Math.min(r, Math.min(g, b));
      if (range == 0) {
        continue;
      }
      float sixths;
      if (max == r) {
        sixths = (g - b) / range;
      } else if (max == g) {
        sixths = 2 + (b - r) / range;
      } else {
        sixths = 4 + (r - g) / range;
      }
      float turned = sixths + 6 * shift;
      rgb[i] = channel(turned + 5, max, range);
      rgb[i + 1] = channel(turned + 3, max, range);
      rgb[i + 2] = channel(turned + 1, max, range);
    }
  }

  /** Every channel becomes the pixel's grey. */
  static void greyscale(float[] rgb, int length) {
    for (int i = 0; i < length; i += 3) {
      float grey = grey(rgb, i);
      rgb[i] = grey;
      rgb[i + 1] = grey;
      rgb[i + 2] = grey;
    }
  }

  /** Inverts each channel's values of at least {@code threshold}. */
  static void solarize(float[] rgb, int length, float threshold) {
    for (int i = 0; i < length; i++) {
      if (rgb[i] >= threshold) {
        rgb[i] = 255 - rgb[i];
      }
    }
  }

  /** HSV to RGB by Smith 1978 in its closed form: red takes n = 5, green 3, blue 1. */
  private static float channel(float n, float max, float range) {
    float k = n - 6 * (float) Math.floor(n / 6);
    return max - range * Math.max(0, Math.min(Math.min(k, 4 - k), 1));
  }

  private static float grey(float[] rgb, int i) {
    return RED * rgb[i] + GREEN * rgb[i + 1] + BLUE * rgb[i + 2];
  }

  private static float clamp(float value) {
    return Math.max(0, Math.min(255, value));
  }
}
