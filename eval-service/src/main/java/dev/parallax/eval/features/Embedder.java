package dev.parallax.eval.features;

import dev.parallax.platform.errors.RequestException;
import java.util.Iterator;

/** The embedding service as this service needs it. */
public interface Embedder {
  /** Takes what comes back; called by one thread at a time, batches in any order. */
  interface Sink {
    /**
     * @param position of the image in its set
     * @param values float32 [D]
     */
    void embedded(int position, float[] values);

    /** The image has no embedding; {@code reason} is one line. */
    void rejected(int position, String reason);

    /** Something that a user should know although the work goes on. */
    void warn(String line);
  }

  /**
   * @param version 0: the newest that is ready
   * @param output of the model, which is what {@link #embed} gives
   * @throws RequestException NOT_FOUND when it is not served, INVALID_ARGUMENT when it has no such
   *     output, UNAVAILABLE when the service cannot be reached
   */
  ServedModel find(String model, long version, String output);

  /**
   * Embeds all batches with exactly this model. Takes a batch only when there is room for it in
   * flight; what the service refuses for now is sent again. Returns when every image has been told
   * to the sink once.
   *
   * @throws RequestException when the service stays away, no longer has the model, or answers with
   *     another
   * @throws InterruptedException when the calling thread is interrupted; calls in flight are then
   *     cancelled
   */
  void embed(ServedModel model, Iterator<ImageBatch> batches, Sink sink)
      throws InterruptedException;
}
