package dev.parallax.images;

import java.awt.image.Raster;

/**
 * CMYK JPEG files to RGB as Pillow reads them: samples are inverted, as Adobe writes them, and no
 * profile is applied.
 */
final class Inks {
  private Inks() {}

  /**
   * @param inks 4 bands of 8 bits
   * @param ycck whether the first three are luma and chroma (ITU T.871) of inverted CMY
   */
  static RgbImage toRgb(Raster inks, boolean ycck) {
    int width = inks.getWidth();
    byte[] rgb = new byte[width * inks.getHeight() * 3];
    int[] row = new int[width * 4];
    int at = 0;
    for (int y = 0; y < inks.getHeight(); y++) {
      inks.getPixels(inks.getMinX(), inks.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += 4) {
        int light = row[i + 3];
        int red = ycck ? 255 - clamp(row[i] + 1.402 * (row[i + 2] - 128)) : row[i];
        int green =
            ycck
                ? 255
                    - clamp(row[i] - 0.344136 * (row[i + 1] - 128) - 0.714136 * (row[i + 2] - 128))
                : row[i + 1];
        int blue = ycck ? 255 - clamp(row[i] + 1.772 * (row[i + 1] - 128)) : row[i + 2];
        rgb[at++] = (byte) multiply(red, light);
        rgb[at++] = (byte) multiply(green, light);
        rgb[at++] = (byte) multiply(blue, light);
      }
    }
    return new RgbImage(width, inks.getHeight(), rgb);
  }

  private static int clamp(double value) {
    return Math.clamp(Math.round(value), 0, 255);
  }

  /** What is left of {@code light} after an ink that lets {@code share} of 255 through. */
  private static int multiply(int share, int light) {
    int product = (255 - share) * light + 128;
    return Math.max(0, light - (((product >> 8) + product) >> 8));
  }
}
