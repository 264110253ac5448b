package dev.parallax.embedding.serving;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.model.ModelSignature;
import java.util.List;

/**
 * What a caller asks for.
 *
 * @param output name of an output; empty: {@link ModelSignature#EMBEDDING}
 * @param l2Normalize scale every vector to unit length
 */
public record EmbedCall(
    ModelQuery model, List<ImageInput> images, String output, boolean l2Normalize) {
  public EmbedCall {
    requireNonNull(model, "model is null");
    images = List.copyOf(images);
    output = output.isEmpty() ? ModelSignature.EMBEDDING : output;
  }

  /**
   * @param model a name, or {@code name@alias}
   * @param version 0: what takes the traffic
   */
  public EmbedCall(
      String model, long version, List<ImageInput> images, String output, boolean l2Normalize) {
    this(ModelQuery.of(model, version), images, output, l2Normalize);
  }
}
