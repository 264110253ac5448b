package dev.parallax.cli.embed;

import dev.parallax.embedding.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Some neighbouring images that travel together.
 *
 * @param id number of the batch, from 0
 * @param indexes of the images that are sent
 * @param images that are sent, one for each index
 * @param unreadable why other images of the batch are not sent, by index
 */
record Batch(long id, List<Integer> indexes, List<Image> images, Map<Integer, String> unreadable) {
  static Batch empty(long id) {
    return new Batch(id, new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
  }

  int bytes() {
    return images.stream().mapToInt(Image::getSerializedSize).sum();
  }

  int size() {
    return indexes.size() + unreadable.size();
  }
}
