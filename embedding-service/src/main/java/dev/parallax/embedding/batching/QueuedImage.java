package dev.parallax.embedding.batching;

/**
 * A decoded image on its way to a batch. Exactly one of {@link #embedded}, {@link #failed} and
 * {@link #givenUp} is called, once.
 */
public interface QueuedImage {
  /** uint8 [side, side, 3]. */
  byte[] pixels();

  /** Output of the model that is asked for. */
  String output();

  /** Whether nobody waits for it any more. */
  boolean isAbandoned();

  /**
   * @param vector float32 [size], owned by the image from now on
   */
  void embedded(float[] vector, BatchTimes times);

  void failed(Throwable cause);

  /** Dropped before compute, because it was abandoned. */
  void givenUp();

  /** When the image's batch was put together and done, {@link System#nanoTime}. */
  record BatchTimes(long started, long ended) {}
}
