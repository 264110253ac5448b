package dev.parallax.images;

/**
 * What an image file may ask of the decoder; checked before pixels are allocated.
 *
 * @param maxBytes largest file, bytes
 * @param maxSide most pixels of the width and of the height
 * @param maxPixels most pixels of width times height
 */
public record DecodeLimits(long maxBytes, int maxSide, long maxPixels) {
  private static final DecodeLimits DEFAULTS = new DecodeLimits(32L << 20, 16_384, 40_000_000);

  /** Three bytes of each must fit into one array. */
  private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  public DecodeLimits {
    if (maxBytes < 1 || maxSide < 1 || maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "maxBytes "
              + maxBytes
              + ", maxSide "
              + maxSide
              + ", maxPixels "
              + maxPixels
              + "; allowed: 1 or more, and maxPixels up to "
              + MOST_PIXELS);
    }
  }

  /** 32 MiB, 16,384 pixels a side, 40 megapixels. */
  public static DecodeLimits defaults() {
    return DEFAULTS;
  }
}
