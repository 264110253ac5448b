package dev.parallax.embedding.access;

/**
 * How much a caller may ask for.
 *
 * @param imagesPerSecond over time, more than 0
 * @param burst images at once after a pause, 1 or more
 */
public record Rate(double imagesPerSecond, int burst) {
  public Rate {
    if (!(imagesPerSecond > 0 && imagesPerSecond <= 1e9)) {
      throw new IllegalArgumentException(
          "images-per-second is " + imagesPerSecond + "; allowed: more than 0, up to 1e9");
    }
    if (burst < 1) {
      throw new IllegalArgumentException("burst is " + burst + "; allowed: 1 or more");
    }
  }

  /** With a burst of one second's images. */
  public static Rate perSecond(double images) {
    return new Rate(images, (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(images))));
  }
}
