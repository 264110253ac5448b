package dev.parallax.eval.features;

import dev.parallax.eval.data.ImageSet;
import dev.parallax.images.dataset.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Reads the images of a set, a batch at a time and not before it is asked for. An image that cannot
 * be read, or is too large to be sent, is told to the sink instead.
 */
final class BatchReader implements Iterator<ImageBatch> {
  /** A batch ends at this size, so that no message comes near the service's limit. */
  private static final int BATCH_BYTES = 4 << 20;

  private final ImageSet set;
  private final int batchImages;
  private final int maxImageBytes;
  private final Embedder.Sink sink;
  private int next;
  private ImageBatch ready;

  /**
   * @param batchImages most images of a batch, 1 or more
   * @param maxImageBytes largest image that is sent
   */
  BatchReader(ImageSet set, int batchImages, int maxImageBytes, Embedder.Sink sink) {
    this.set = set;
    this.batchImages = batchImages;
    this.maxImageBytes = maxImageBytes;
    this.sink = sink;
  }

  @Override
  public boolean hasNext() {
    if (ready == null) {
      ready = read();
    }
    return ready != null;
  }

  @Override
  public ImageBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all images have been read");
    }
    ImageBatch batch = ready;
    ready = null;
    return batch;
  }

  private ImageBatch read() {
    List<Integer> positions = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    long bytes = 0;
    while (next < set.count() && items.size() < batchImages && bytes < BATCH_BYTES) {
      int position = next++;
      try {
        Item item = set.dataset().read(set.items()[position]);
        int size = bytes(item);
        if (size > maxImageBytes) {
          sink.rejected(
              position, "the image has " + size + " bytes; allowed: at most " + maxImageBytes);
        } else {
          positions.add(position);
          items.add(item);
          bytes += size;
        }
      } catch (IOException e) {
        sink.rejected(position, oneLine(e));
      }
    }
    return items.isEmpty()
        ? null
        : new ImageBatch(positions.stream().mapToInt(p -> p).toArray(), items);
  }

  private static int bytes(Item item) {
    return switch (item) {
      case Item.Encoded(byte[] file) -> file.length;
      case Item.Pixels(var image) -> image.rgb().length;
    };
  }

  private static String oneLine(IOException e) {
    return String.valueOf(e.getMessage() == null ? e.toString() : e.getMessage())
        .replaceAll("\\s*\\R\\s*", " ");
  }
}
