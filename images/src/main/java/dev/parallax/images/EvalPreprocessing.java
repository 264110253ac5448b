package dev.parallax.images;

/**
 * What evaluation and serving do to an image: its shorter side is resized, then the centre square
 * is taken; to the bit what torchvision's {@code Resize} and {@code CenterCrop} do to a PIL image.
 *
 * @param imageSize side of the result, pixels, 1 or more
 * @param resizeShorterSide pixels, {@code imageSize} or more
 */
public record EvalPreprocessing(int imageSize, int resizeShorterSide) {
  public EvalPreprocessing {
    if (imageSize < 1 || resizeShorterSide < imageSize) {
      throw new IllegalArgumentException(
          "imageSize is "
              + imageSize
              + " and resizeShorterSide "
              + resizeShorterSide
              + "; allowed: 1 <= imageSize <= resizeShorterSide");
    }
  }

  /** An image of {@code imageSize * imageSize} pixels. */
  public RgbImage apply(RgbImage image) {
    int shorter = Math.min(image.width(), image.height());
    int width = resized(image.width(), shorter);
    int height = resized(image.height(), shorter);
    if (width == image.width()
        && height == image.height()
        && width == imageSize
        && height == imageSize) {
      return image;
    }
    return Resampler.window(
        image, width, height, margin(width), margin(height), imageSize, imageSize);
  }

  /** Rounds down, as torchvision does. */
  private int resized(int side, int shorter) {
    return Math.toIntExact((long) resizeShorterSide * side / shorter);
  }

  /** Rounds half to even, as Python does. */
  private int margin(int side) {
    return (int) Math.rint((side - imageSize) / 2.0);
  }
}
