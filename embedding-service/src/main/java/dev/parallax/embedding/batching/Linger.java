package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * How long what waits is kept back for a full batch: from the first one that comes into an empty
 * line on. Not thread-safe.
 */
final class Linger {
  private final Duration time;
  private final Timekeeper alarms;
  private final LongConsumer ring;
  private boolean waited;
  private boolean over;
  // an alarm of a line that has been emptied since means nothing
  private long fillings;

  /**
   * @param time 0: nothing is kept back
   * @param ring hears that the time has passed and calls {@link #end} with what it is given
   */
  Linger(Duration time, Timekeeper alarms, LongConsumer ring) {
    this.time = requireNonNull(time, "time is null");
    this.alarms = requireNonNull(alarms, "alarms is null");
    this.ring = requireNonNull(ring, "ring is null");
  }

  /** Whether fewer than a full batch may be computed. */
  boolean isOver() {
    return over || time.isZero();
  }

  /** Something is in the line. */
  void someWait() {
    if (!waited && !time.isZero()) {
      waited = true;
      long filling = fillings;
      alarms.after(time, () -> ring.accept(filling));
    }
  }

  /** The line is empty. */
  void noneWait() {
    waited = false;
    over = false;
    fillings++;
  }

  void end(long filling) {
    over |= filling == fillings;
  }
}
