package dev.parallax.images;

/**
 * What evaluation and serving do to an image: its shorter side is resized, then the centre square
 * is taken.
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
    if (image.width() == imageSize
        && image.height() == imageSize
        && resizeShorterSide == imageSize) {
      return image;
    }
    double scale = (double) resizeShorterSide / Math.min(image.width(), image.height());
    // The part of the image that the centre square shows, so that nothing else is resized.
    int side =
        Math.max(
            1,
            Math.min(Math.min(image.width(), image.height()), (int) Math.round(imageSize / scale)));
    byte[] out = new byte[imageSize * imageSize * 3];
    Resampler.resize(
        image,
        (image.width() - side) / 2,
        (image.height() - side) / 2,
        side,
        side,
        imageSize,
        imageSize,
        out,
        0);
    return new RgbImage(imageSize, imageSize, out);
  }
}
