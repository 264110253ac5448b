package dev.parallax.embedding.serving;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.batching.Priority;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.model.ModelSignature;
import java.util.List;

/**
 * What a caller asks for.
 *
 * @param outputs names of outputs, each once; empty: {@link ModelSignature#EMBEDDING} alone
 * @param l2Normalize scale every vector to unit length
 * @param priority whose images are computed first
 */
public record EmbedCall(
    ModelQuery model,
    List<ImageInput> images,
    List<String> outputs,
    boolean l2Normalize,
    Priority priority) {
  public EmbedCall {
    requireNonNull(model, "model is null");
    requireNonNull(priority, "priority is null");
    images = List.copyOf(images);
    outputs =
        outputs.isEmpty()
            ? List.of(ModelSignature.EMBEDDING)
            : outputs.stream().distinct().toList();
  }

  /**
   * A call for one output, of the default priority.
   *
   * @param model a name, or {@code name@alias}
   * @param version 0: what takes the traffic
   * @param output its name; empty: {@link ModelSignature#EMBEDDING}
   */
  public EmbedCall(
      String model, long version, List<ImageInput> images, String output, boolean l2Normalize) {
    this(
        ModelQuery.of(model, version),
        images,
        output.isEmpty() ? List.of() : List.of(output),
        l2Normalize,
        Priority.DEFAULT);
  }
}
