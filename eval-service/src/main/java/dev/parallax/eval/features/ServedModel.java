package dev.parallax.eval.features;

import static java.util.Objects.requireNonNull;

/**
 * One output of a version of a model that the embedding service serves.
 *
 * @param version 1 or more; never changes its content
 * @param sha256 of the ONNX file, lower-case hex
 * @param output name of the output that is measured
 * @param embeddingSize values of that output per image, D
 */
public record ServedModel(
    String name, long version, String sha256, String output, int embeddingSize) {
  public ServedModel {
    requireNonNull(name, "name is null");
    requireNonNull(sha256, "sha256 is null");
    requireNonNull(output, "output is null");
    if (embeddingSize < 1) {
      throw new IllegalArgumentException(
          "embeddingSize is " + embeddingSize + "; allowed: 1 or more");
    }
  }

  @Override
  public String toString() {
    return name + "/" + version;
  }
}
