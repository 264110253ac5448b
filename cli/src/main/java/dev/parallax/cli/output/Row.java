package dev.parallax.cli.output;

import java.util.Objects;

/**
 * An image's embedding.
 *
 * @param name of the image
 * @param label index of its class; -1: none
 * @param className empty: none
 * @param vector float32 [D]
 */
@SuppressWarnings("ArrayRecordComponent")
public record Row(String name, int label, String className, float[] vector) {
  public Row {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(className, "className is null");
    Objects.requireNonNull(vector, "vector is null");
  }
}
