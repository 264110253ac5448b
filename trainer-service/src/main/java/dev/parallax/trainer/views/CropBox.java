package dev.parallax.trainer.views;

import dev.parallax.trainer.v1.RandomResizedCrop;
import java.util.random.RandomGenerator;

/** The box of a random resized crop, pixels of the source image. */
record CropBox(int x, int y, int width, int height) {
  private static final int ATTEMPTS = 10;
  private static final double MIN_RATIO = 3.0 / 4;
  private static final double MAX_RATIO = 4.0 / 3;

  /** The largest centred square. */
  static CropBox center(int width, int height) {
    int side = Math.min(width, height);
    return new CropBox((width - side) / 2, (height - side) / 2, side, side);
  }

  /**
   * Draws a box as torchvision does: an area share and a log-uniform aspect ratio of 3/4 to 4/3;
   * after ten boxes that do not fit, the largest centred one within those ratios.
   */
  static CropBox draw(RandomResizedCrop crop, int width, int height, RandomGenerator random) {
    double area = (double) width * height;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double target =
          area
              * (crop.getMinScale()
                  + random.nextDouble() * (crop.getMaxScale() - crop.getMinScale()));
      double logMin = Math.log(MIN_RATIO);
      double ratio = Math.exp(logMin + random.nextDouble() * (Math.log(MAX_RATIO) - logMin));
      int w = (int) Math.round(Math.sqrt(target * ratio));
      int h = (int) Math.round(Math.sqrt(target / ratio));
      if (w > 0 && h > 0 && w <= width && h <= height) {
        return new CropBox(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
      }
    }
    double ratio = (double) width / height;
    int w = ratio > MAX_RATIO ? (int) Math.round(height * MAX_RATIO) : width;
    int h = ratio < MIN_RATIO ? (int) Math.round(width / MIN_RATIO) : height;
    return new CropBox((width - w) / 2, (height - h) / 2, w, h);
  }
}
