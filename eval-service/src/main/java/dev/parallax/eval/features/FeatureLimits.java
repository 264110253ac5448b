package dev.parallax.eval.features;

/**
 * What fetching features may take.
 *
 * @param batchImages most images of one request, 1 to 1024
 * @param maxImageBytes largest image that is sent, 1 or more
 * @param maxBytes of the features of one set in memory, 1 or more
 * @param maxSkippedShare of the images of a set that may be unreadable, 0 to 1; a few always may
 */
public record FeatureLimits(
    int batchImages, int maxImageBytes, long maxBytes, double maxSkippedShare) {
  private static final int ALWAYS_ALLOWED_SKIPS = 10;

  public FeatureLimits {
    if (batchImages < 1 || batchImages > 1024) {
      throw new IllegalArgumentException("batchImages is " + batchImages + "; allowed: 1 to 1024");
    }
    if (maxImageBytes < 1) {
      throw new IllegalArgumentException(
          "maxImageBytes is " + maxImageBytes + "; allowed: 1 or more");
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; allowed: 1 or more");
    }
    if (!(maxSkippedShare >= 0 && maxSkippedShare <= 1)) {
      throw new IllegalArgumentException(
          "maxSkippedShare is " + maxSkippedShare + "; allowed: 0 to 1");
    }
  }

  /** Images of {@code count} that may be skipped. */
  public int maxSkipped(int count) {
    return Math.max(ALWAYS_ALLOWED_SKIPS, (int) (maxSkippedShare * count));
  }

  /** Most images whose features fit into {@link #maxBytes} and into one array. */
  public int maxImages(int embeddingSize) {
    return (int) Math.min(maxBytes / 4, Integer.MAX_VALUE - 8) / embeddingSize;
  }
}
