package dev.parallax.embedding.serving;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;

/**
 * Vectors, one outcome for each image of the call in its order.
 *
 * @param version the one that answered, for all of the images
 */
public record EmbedAnswer(String model, long version, List<Outcome> outcomes, Times times) {
  public EmbedAnswer {
    outcomes = List.copyOf(outcomes);
  }

  /** What became of one image. */
  public sealed interface Outcome {
    /**
     * @param vectors float32 [size] for each output of the call in its order; read-only
     */
    record Embedded(List<FloatBuffer> vectors) implements Outcome {
      public Embedded {
        vectors = vectors.stream().map(FloatBuffer::asReadOnlyBuffer).toList();
      }

      /** That of the first output, which most calls have alone. */
      public FloatBuffer vector() {
        return vectors.getFirst();
      }
    }

    /**
     * @param message one line
     */
    record Unreadable(String message) implements Outcome {}
  }

  /**
   * Where the time of the image that was done last went; the three add up to the time that the call
   * spent here.
   *
   * @param decode from admission until it was decoded, with the wait for a thread
   * @param queue until its batch began
   * @param compute the batch
   */
  public record Times(Duration decode, Duration queue, Duration compute) {}
}
