package dev.parallax.embedding.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A bucket for each caller. Only so many callers are remembered; the one that was heard of longest
 * ago is forgotten first, and begins with a full bucket when it comes back. Thread-safe.
 */
final class RateLimits {
  private final Optional<Rate> common;
  private final LongSupplier nanoTime;
  private final Map<String, TokenBucket> buckets;

  /**
   * @param common for callers that have none of their own; empty: no limit
   * @param remembered callers, 1 or more
   */
  RateLimits(Optional<Rate> common, int remembered, LongSupplier nanoTime) {
    if (remembered < 1) {
      throw new IllegalArgumentException("clients is " + remembered + "; allowed: 1 or more");
    }
    this.common = common;
    this.nanoTime = nanoTime;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > remembered;
          }
        };
  }

  /** Zero when the images were counted; otherwise when to try again. */
  Duration tryTake(Caller caller, int images) {
    return bucket(caller)
        .map(bucket -> bucket.tryTake(images, nanoTime.getAsLong()))
        .orElse(Duration.ZERO);
  }

  /** Counts the images; how long to take no more. */
  Duration take(Caller caller, int images) {
    return bucket(caller)
        .map(bucket -> bucket.take(images, nanoTime.getAsLong()))
        .orElse(Duration.ZERO);
  }

  int remembered() {
    synchronized (buckets) {
      return buckets.size();
    }
  }

  private Optional<TokenBucket> bucket(Caller caller) {
    Optional<Rate> rate = caller.rate().or(() -> common);
    if (rate.isEmpty()) {
      return Optional.empty();
    }
    synchronized (buckets) {
      return Optional.of(
          buckets.computeIfAbsent(
              caller.name() + " " + rate.get(),
              name -> new TokenBucket(rate.get(), nanoTime.getAsLong())));
    }
  }
}
