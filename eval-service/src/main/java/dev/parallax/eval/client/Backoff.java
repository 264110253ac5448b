package dev.parallax.eval.client;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * How long to wait before the next attempt, and when to give up: after a time in which nothing was
 * achieved.
 */
final class Backoff {
  private final ClientSettings settings;
  private final LongSupplier nanoTime;
  private long lastSuccess;
  private int failures;

  Backoff(ClientSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.lastSuccess = nanoTime.getAsLong();
  }

  void succeeded() {
    lastSuccess = nanoTime.getAsLong();
    failures = 0;
  }

  /** Whether this is more than a moment's refusal. */
  boolean persists() {
    return failures >= 3;
  }

  /**
   * @param reason of the failure, for the message when it was the last
   * @return the wait: doubling, with up to a quarter of it left to chance so that callers do not
   *     come back together
   * @throws RequestException UNAVAILABLE when there has been no success for too long
   */
  Duration failed(String reason) {
    failures++;
    Duration without = Duration.ofNanos(nanoTime.getAsLong() - lastSuccess);
    if (without.compareTo(settings.retryFor()) > 0) {
      throw RequestException.of(
          Kind.UNAVAILABLE,
          "the embedding service at %s has not answered for %d s: %s. See that it runs, then create the evaluation again"
              .formatted(settings.target(), without.toSeconds(), reason));
    }
    long first = settings.firstBackoff().toMillis();
    long millis = Math.min(settings.maxBackoff().toMillis(), first << Math.min(failures - 1, 20));
    return Duration.ofMillis(
        millis - ThreadLocalRandom.current().nextLong(Math.max(1, millis / 4)));
  }
}
