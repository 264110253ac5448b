package dev.parallax.images.dataset;

import java.util.SplittableRandom;

/**
 * A colour that changes smoothly over an image: bilinear between four random ones at the corners.
 */
record ColorField(double[] corners) {
  static ColorField draw(SplittableRandom random, double min, double max) {
    double[] corners = new double[12];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = random.nextDouble(min, max);
    }
    return new ColorField(corners);
  }

  /** One channel at a point of the unit square. */
  double at(int channel, double x, double y) {
    double top = corners[channel] * (1 - x) + corners[3 + channel] * x;
    double bottom = corners[6 + channel] * (1 - x) + corners[9 + channel] * x;
    return top * (1 - y) + bottom * y;
  }
}
