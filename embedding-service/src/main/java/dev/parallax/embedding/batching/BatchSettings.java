package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * @param maxBatch images in one run of a model, 1 to 1024
 * @param executors batches that run at a time, over all models, 1 to 1024
 * @param queueImages images that one model version holds between admission and answer, 2 to
 *     1,000,000
 * @param linger that an idle executor waits for a full batch, 0 to 1 s
 */
public record BatchSettings(
    int maxBatch, int executors, int queueImages, Duration linger, QueueTime queueTime) {
  private static final Duration MAX_LINGER = Duration.ofSeconds(1);

  public BatchSettings {
    check("maxBatch", maxBatch, 1, 1024);
    check("executors", executors, 1, 1024);
    check("queueImages", queueImages, 2, 1_000_000);
    if (linger.isNegative() || linger.compareTo(MAX_LINGER) > 0) {
      throw new IllegalArgumentException("linger is " + linger + "; allowed: 0 to " + MAX_LINGER);
    }
    requireNonNull(queueTime, "queueTime is null");
  }

  /** Without linger, with the usual queue time. */
  public BatchSettings(int maxBatch, int executors, int queueImages) {
    this(maxBatch, executors, queueImages, Duration.ZERO, QueueTime.usual());
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + min + " to " + max);
    }
  }
}
