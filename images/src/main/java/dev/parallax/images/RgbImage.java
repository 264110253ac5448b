package dev.parallax.images;

import static java.util.Objects.requireNonNull;

/**
 * Pixels of an image.
 *
 * @param width pixels, 1 or more
 * @param height pixels, 1 or more
 * @param rgb 8-bit interleaved RGB, rows from top to bottom, {@code width * height * 3} bytes; not
 *     copied, and never changed by anything in this module
 */
public record RgbImage(int width, int height, byte[] rgb) {
  public RgbImage {
    requireNonNull(rgb, "rgb is null");
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "the image is " + width + "x" + height + "; allowed: 1x1 or more");
    }
    if (rgb.length != (long) width * height * 3) {
      throw new IllegalArgumentException(
          "rgb has "
              + rgb.length
              + " bytes; a "
              + width
              + "x"
              + height
              + " image has "
              + (long) width * height * 3);
    }
  }
}
