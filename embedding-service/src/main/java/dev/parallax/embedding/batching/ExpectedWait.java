package dev.parallax.embedding.batching;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a call that came now would wait for its turn, by what stands before it and the pace of
 * the latest runs.
 *
 * @param time 0 when nobody waits, and as long as the pace is not known
 * @param allowed for a call that is to be admitted at once
 */
public record ExpectedWait(Duration time, Duration allowed) {
  private static final Duration MIN_RETRY = Duration.ofMillis(10);
  private static final Duration MAX_RETRY = Duration.ofSeconds(5);

  /**
   * Whether a call should rather be refused now.
   *
   * @param left until its deadline; empty: it has none
   */
  public boolean isTooLong(Optional<Duration> left) {
    return !time.isZero() && time.compareTo(bound(left)) > 0;
  }

  private Duration bound(Optional<Duration> left) {
    // a call whose deadline has passed is told so when its turn comes
    return left.filter(rest -> rest.isPositive() && rest.compareTo(allowed) < 0).orElse(allowed);
  }

  /** What the time was compared with, for a message: {@code "500 ms"}. */
  public String allowed(Optional<Duration> left) {
    Duration bound = bound(left);
    return bound.equals(allowed)
        ? "%d ms".formatted(bound.toMillis())
        : "%d ms, its deadline".formatted(bound.toMillis());
  }

  /** When a refused call should come again, if what there is now takes so long. */
  static Duration retryAfter(Duration busy) {
    return busy.compareTo(MIN_RETRY) < 0
        ? MIN_RETRY
        : busy.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : busy;
  }

  /** When a refused call should come again: when those who wait now have had their turn. */
  public Duration retryAfter() {
    return retryAfter(time);
  }
}
