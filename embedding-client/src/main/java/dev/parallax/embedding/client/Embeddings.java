package dev.parallax.embedding.client;

import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.Vector;
import java.time.Duration;
import java.util.List;

/**
 * The answer to one call.
 *
 * @param model name of the model that answered
 * @param version its version, the same for all images of the call
 * @param results one for each image, in the order of the call
 * @param timings where the service spent its time
 */
public record Embeddings(String model, long version, List<Result> results, Timings timings) {
  public Embeddings {
    results = List.copyOf(results);
  }

  /** What became of one image. */
  public sealed interface Result {
    /**
     * @param values float32 [size]
     */
    record Embedded(float[] values) implements Result {}

    /**
     * The image has no vector; its neighbours are not affected.
     *
     * @param message one line: what is wrong with it and what is allowed
     */
    record Unreadable(String message) implements Result {}
  }

  /**
   * Time in the service of the image that was done last; the three add up to that of the call.
   *
   * @param decode until it was decoded
   * @param queue until its batch began
   * @param compute the batch
   */
  public record Timings(Duration decode, Duration queue, Duration compute) {}

  /**
   * The vectors alone.
   *
   * @return float32 [images][size]
   * @throws EmbeddingException INVALID_ARGUMENT with the first unreadable image
   */
  public float[][] vectors() {
    float[][] vectors = new float[results.size()][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] =
          switch (results.get(i)) {
            case Result.Embedded(float[] values) -> values;
            case Result.Unreadable(String message) ->
                throw EmbeddingException.unreadable(i, message);
          };
    }
    return vectors;
  }

  /**
   * @throws EmbeddingException INTERNAL when the answer has not one result for each image
   */
  static Embeddings of(EmbedResponse response, int images) {
    if (response.getResultsCount() != images) {
      throw EmbeddingException.internal(
          "the service returned %d results for %d images"
              .formatted(response.getResultsCount(), images));
    }
    return new Embeddings(
        response.getModel().getModel(),
        response.getModel().getVersion(),
        response.getResultsList().stream().map(Embeddings::result).toList(),
        new Timings(
            duration(response.getTimings().getDecodeMs()),
            duration(response.getTimings().getQueueMs()),
            duration(response.getTimings().getComputeMs())));
  }

  private static Result result(EmbedResult result) {
    if (result.hasVector()) {
      return new Result.Embedded(values(result.getVector()));
    }
    return new Result.Unreadable(
        result.hasError() ? result.getError().getMessage() : "the service returned no vector");
  }

  private static float[] values(Vector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int d = 0; d < values.length; d++) {
      values[d] = vector.getValues(d);
    }
    return values;
  }

  private static Duration duration(double millis) {
    return Duration.ofNanos(Math.round(millis * 1e6));
  }
}
