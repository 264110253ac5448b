package dev.parallax.embedding.access;

import java.time.Duration;

/**
 * Fills with the rate up to the burst. What is taken may exceed what is there, if the bucket is
 * full or the taker waits afterwards, so that one large call gets through too. Thread-safe.
 */
final class TokenBucket {
  private final Rate rate;
  private double images;
  private long asOf;

  TokenBucket(Rate rate, long nanoTime) {
    this.rate = rate;
    this.images = rate.burst();
    this.asOf = nanoTime;
  }

  /**
   * Takes {@code count} images if they are there, or if the bucket is full.
   *
   * @return zero when they were taken; otherwise when to try again
   */
  synchronized Duration tryTake(int count, long nanoTime) {
    fill(nanoTime);
    double needed = Math.min(count, rate.burst());
    if (images >= needed) {
      images -= count;
      return Duration.ZERO;
    }
    return untilThereAre(needed);
  }

  /**
   * Takes {@code count} images in any case.
   *
   * @return how long to take no more
   */
  synchronized Duration take(int count, long nanoTime) {
    fill(nanoTime);
    images -= count;
    return untilThereAre(0);
  }

  private void fill(long nanoTime) {
    double since = (nanoTime - asOf) / 1e9;
    images = Math.min(rate.burst(), images + since * rate.imagesPerSecond());
    asOf = nanoTime;
  }

  private Duration untilThereAre(double needed) {
    double missing = needed - images;
    return missing <= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil(missing / rate.imagesPerSecond() * 1e9));
  }
}
