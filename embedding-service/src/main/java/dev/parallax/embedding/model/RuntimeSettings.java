package dev.parallax.embedding.model;

/**
 * How ONNX Runtime opens a session.
 *
 * @param intraOpThreads threads inside one operator, 1 to 256; 1 is the fastest as long as batches
 *     run side by side
 * @param arena keep freed memory in an arena: faster, but memory grows to the largest batch and
 *     stays
 */
public record RuntimeSettings(int intraOpThreads, boolean arena) {
  public RuntimeSettings {
    if (intraOpThreads < 1 || intraOpThreads > 256) {
      throw new IllegalArgumentException(
          "intraOpThreads is " + intraOpThreads + "; allowed: 1 to 256");
    }
  }

  /** One thread per batch, with the arena. */
  public static RuntimeSettings defaults() {
    return new RuntimeSettings(1, true);
  }
}
