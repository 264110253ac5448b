package dev.parallax.embedding.client;

import java.time.Duration;

/**
 * How streams work.
 *
 * @param batches sent and not answered, 1 to 64; what a stream holds in memory
 * @param patience longest time without an answer before the stream fails
 */
public record BulkSettings(int batches, Duration patience) {
  public BulkSettings {
    if (batches < 1 || batches > 64) {
      throw new IllegalArgumentException("batches is " + batches + "; allowed: 1 to 64");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience is " + patience + "; allowed: more than 0");
    }
  }

  /** Eight batches, one minute. */
  public static BulkSettings standard() {
    return new BulkSettings(8, Duration.ofMinutes(1));
  }
}
