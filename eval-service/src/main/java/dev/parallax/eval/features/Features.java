package dev.parallax.eval.features;

import dev.parallax.eval.embeddings.Embeddings;
import java.util.List;

/**
 * Embeddings of the images of a set.
 *
 * @param positions of the embedded images in their set, ascending
 * @param embeddings one row for each of {@code positions}
 * @param skipped images of the set that have no embedding, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // a view on large arrays; nobody compares two of them
public record Features(int[] positions, Embeddings embeddings, List<Skipped> skipped) {
  public Features {
    skipped = List.copyOf(skipped);
    if (positions.length != embeddings.count()) {
      throw new IllegalArgumentException(
          "positions has %d entries, embeddings %d rows; allowed: as many of both"
              .formatted(positions.length, embeddings.count()));
    }
  }
}
