package dev.parallax.embedding.batching;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a call may have to wait for its turn to be admitted at once. Under a load beyond what
 * the service can compute this, not the room in the queue, is what the accepted calls wait.
 *
 * @param most 1 ms to 1 hour; empty: {@link #USUAL}, or {@link #BATCHES} full batches where these
 *     take longer, so that a slow model is not refused to a handful of callers
 */
public record QueueTime(Optional<Duration> most) {
  /** What a caller who waits for an answer hardly notices. */
  static final Duration USUAL = Duration.ofMillis(500);

  /** Of each executor. */
  static final int BATCHES = 4;

  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofHours(1);

  public QueueTime {
    most.ifPresent(
        time -> {
          if (time.compareTo(MIN) < 0 || time.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                "maxQueueTime is " + time + "; allowed: " + MIN + " to " + MAX);
          }
        });
  }

  /** By the speed of the model. */
  public static QueueTime usual() {
    return new QueueTime(Optional.empty());
  }

  /**
   * @param work nanoseconds that what goes first takes one thread
   * @param threads that share it, 1 or more
   * @param batch nanoseconds of a full batch
   */
  ExpectedWait expect(double work, int threads, double batch) {
    Duration batches = Duration.ofNanos(Math.round(BATCHES * batch));
    return new ExpectedWait(
        Duration.ofNanos(Math.round(work / threads)),
        most.orElse(batches.compareTo(USUAL) > 0 ? batches : USUAL));
  }
}
