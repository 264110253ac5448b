package dev.parallax.embedding.batching;

import java.util.List;

/**
 * A decoded image on its way to a batch. Exactly one of {@link #embedded}, {@link #failed} and
 * {@link #givenUp} is called, once.
 */
public interface QueuedImage extends Waiting {
  /** uint8 [side, side, 3]. */
  byte[] pixels();

  /** Outputs of the model that are asked for, one or more. */
  List<String> outputs();

  @Override
  default int images() {
    return 1;
  }

  /** Whether nobody waits for it any more. */
  boolean isAbandoned();

  /**
   * @param vectors float32 [size] for each of {@link #outputs()} in its order, owned by the image
   *     from now on
   */
  void embedded(List<float[]> vectors, BatchTimes times);

  void failed(Throwable cause);

  /** Dropped before compute, because it was abandoned. */
  void givenUp();

  /** When the image's batch was put together and done, {@link System#nanoTime}. */
  record BatchTimes(long started, long ended) {}
}
