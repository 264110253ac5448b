package dev.parallax.embedding.onnx;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.provider.GraphOptimization;
import java.time.Duration;

/**
 * The trial run of a model in a process of its own.
 *
 * @param memoryBytes what loading and running it may allocate, weights included, 64 MiB or more
 * @param images of the largest batch, 1 to 1024
 * @param intraOpThreads threads inside one operator, as in serving
 * @param optimization as in serving
 * @param timeout after which it counts as failed, positive
 */
public record TrialSettings(
    long memoryBytes,
    int images,
    int intraOpThreads,
    GraphOptimization optimization,
    Duration timeout) {
  private static final long MIN_MEMORY = 64L << 20;

  public TrialSettings {
    if (memoryBytes < MIN_MEMORY) {
      throw new IllegalArgumentException(
          "maxMemory is " + memoryBytes + " bytes; allowed: " + MIN_MEMORY + " or more");
    }
    if (images < 1 || images > 1024) {
      throw new IllegalArgumentException("images is " + images + "; allowed: 1 to 1024");
    }
    requireNonNull(optimization, "optimization is null");
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("trialTimeout is " + timeout + "; allowed: more than 0");
    }
  }

  /** With the graph wholly optimised. */
  public TrialSettings(long memoryBytes, int images, int intraOpThreads, Duration timeout) {
    this(memoryBytes, images, intraOpThreads, GraphOptimization.ALL, timeout);
  }
}
