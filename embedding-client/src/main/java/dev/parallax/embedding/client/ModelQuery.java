package dev.parallax.embedding.client;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.v1.EmbedOptions;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.ModelSelector;
import java.util.List;

/**
 * Which vectors are wanted.
 *
 * @param model name of the model
 * @param version 0: the newest that is ready
 * @param output {@code embedding} or {@code projection}; empty: {@code embedding}
 * @param l2Normalize scale every vector to unit length
 * @param priority whose images are computed first when calls wait: 1 (highest) to 5; 0: the
 *     default, 3
 */
public record ModelQuery(
    String model, long version, String output, boolean l2Normalize, int priority) {
  private static final int LOWEST_PRIORITY = 5;

  public ModelQuery {
    requireNonNull(model, "model is null");
    requireNonNull(output, "output is null");
    if (version < 0) {
      throw new IllegalArgumentException("version is " + version + "; allowed: 0 or more");
    }
    if (priority < 0 || priority > LOWEST_PRIORITY) {
      throw new IllegalArgumentException(
          "priority is " + priority + "; allowed: 1 (highest) to 5, or 0 for the default");
    }
  }

  /** Of the default priority. */
  public ModelQuery(String model, long version, String output, boolean l2Normalize) {
    this(model, version, output, l2Normalize, 0);
  }

  /** The embeddings of the newest version. */
  public static ModelQuery of(String model) {
    return new ModelQuery(model, 0, "", false);
  }

  public ModelQuery withVersion(long number) {
    return new ModelQuery(model, number, output, l2Normalize, priority);
  }

  public ModelQuery withOutput(String name) {
    return new ModelQuery(model, version, name, l2Normalize, priority);
  }

  public ModelQuery normalized() {
    return new ModelQuery(model, version, output, true, priority);
  }

  /**
   * @param level 1 (highest) to 5; 0: the default
   */
  public ModelQuery withPriority(int level) {
    return new ModelQuery(model, version, output, l2Normalize, level);
  }

  EmbedRequest request(List<InputImage> images) {
    EmbedRequest.Builder request =
        EmbedRequest.newBuilder()
            .setModel(ModelSelector.newBuilder().setModel(model).setVersion(version))
            .setOptions(
                EmbedOptions.newBuilder()
                    .setOutput(output)
                    .setL2Normalize(l2Normalize)
                    .setPriority(priority));
    images.forEach(image -> request.addImages(InputImage.message(image)));
    return request.build();
  }
}
