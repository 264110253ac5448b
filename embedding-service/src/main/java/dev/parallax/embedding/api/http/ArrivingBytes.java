package dev.parallax.embedding.api.http;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of bodies that have not arrived whole. What was only announced does not count, so that
 * nobody keeps others out without sending anything. Thread-safe.
 */
final class ArrivingBytes {
  private static final Duration RETRY = Duration.ofMillis(100);

  private final long max;
  private final AtomicLong bytes = new AtomicLong();

  ArrivingBytes(long max) {
    this.max = max;
  }

  /**
   * @param before what has arrived of the same body; one alone always gets in
   * @throws RequestException RESOURCE_EXHAUSTED
   */
  void add(int more, int before) {
    long all = bytes.addAndGet(more);
    if (all > max && all > before + more) {
      bytes.addAndGet(-more);
      throw RequestException.retryable(
          Kind.RESOURCE_EXHAUSTED,
          "%d bytes are arriving; allowed: %d together; try again later".formatted(all, max),
          RETRY);
    }
  }

  void remove(int fewer) {
    bytes.addAndGet(-fewer);
  }

  long now() {
    return bytes.get();
  }
}
