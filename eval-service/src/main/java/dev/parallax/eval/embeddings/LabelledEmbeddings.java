package dev.parallax.eval.embeddings;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Embeddings with the class of each.
 *
 * @param labels int [N], each 0 to {@code classes} - 1; shared, not to be modified
 * @param classes number of classes, K, 1 or more; not every one needs to occur
 */
@SuppressWarnings("ArrayRecordComponent") // a view on a large array; nobody compares two of them
public record LabelledEmbeddings(Embeddings embeddings, int[] labels, int classes) {

  public LabelledEmbeddings {
    requireNonNull(embeddings, "embeddings is null");
    requireNonNull(labels, "labels is null");
    if (labels.length != embeddings.count()) {
      throw new IllegalArgumentException(
          "labels has " + labels.length + " entries; allowed: " + embeddings.count());
    }
    if (classes < 1) {
      throw new IllegalArgumentException("classes is " + classes + "; allowed: 1 or more");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "labels[" + i + "] is " + labels[i] + "; allowed: 0 to " + (classes - 1));
      }
    }
  }

  public int count() {
    return embeddings.count();
  }

  /** A copy of some rows, in the order given. */
  public LabelledEmbeddings rows(int[] indices) {
    return new LabelledEmbeddings(
        embeddings.rows(indices), Arrays.stream(indices).map(i -> labels[i]).toArray(), classes);
  }
}
