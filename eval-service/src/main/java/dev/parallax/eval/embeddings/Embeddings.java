package dev.parallax.eval.embeddings;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Embeddings of a set of images.
 *
 * @param count images, N, 0 or more
 * @param size values per image, D, 1 or more
 * @param values float32 [N, D] row by row; shared, not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // a view on a large array; nobody compares two of them
public record Embeddings(int count, int size, float[] values) {

  public Embeddings {
    requireNonNull(values, "values is null");
    if (count < 0 || size < 1) {
      throw new IllegalArgumentException(
          "shape is [" + count + ", " + size + "]; allowed: count 0 or more, size 1 or more");
    }
    if ((long) count * size != values.length) {
      throw new IllegalArgumentException(
          "values has " + values.length + " entries; allowed: " + (long) count * size);
    }
  }

  /** Index of the first value of row {@code i}. */
  public int offset(int i) {
    return i * size;
  }

  /** A copy with every row scaled to unit Euclidean length; rows of zeros stay zero. */
  public Embeddings l2Normalized() {
    float[] scaled = new float[values.length];
    for (int i = 0; i < count; i++) {
      int from = offset(i);
      double squares = 0;
      for (int d = 0; d < size; d++) {
        squares += (double) values[from + d] * values[from + d];
      }
      double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (int d = 0; d < size; d++) {
        scaled[from + d] = (float) (values[from + d] * scale);
      }
    }
    return new Embeddings(count, size, scaled);
  }

  /** A copy of some rows, in the order given. */
  public Embeddings rows(int[] indices) {
    float[] picked = new float[Math.multiplyExact(indices.length, size)];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(values, offset(indices[i]), picked, i * size, size);
    }
    return new Embeddings(indices.length, size, picked);
  }

  /** A copy of rows {@code from} inclusive to {@code to} exclusive. */
  public Embeddings range(int from, int to) {
    return from == 0 && to == count
        ? this
        : new Embeddings(to - from, size, Arrays.copyOfRange(values, offset(from), to * size));
  }
}
