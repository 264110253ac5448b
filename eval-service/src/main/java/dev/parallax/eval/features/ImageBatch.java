package dev.parallax.eval.features;

import dev.parallax.images.dataset.Item;
import java.util.List;

/**
 * Consecutive images of a set.
 *
 * @param positions of the images in their set, ascending
 * @param items as many
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record ImageBatch(int[] positions, List<Item> items) {
  public ImageBatch {
    items = List.copyOf(items);
    if (positions.length != items.size() || positions.length == 0) {
      throw new IllegalArgumentException(
          "positions has %d entries, items %d; allowed: as many of both, 1 or more"
              .formatted(positions.length, items.size()));
    }
  }
}
