package dev.parallax.cli.embed;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.RawPixels;
import dev.parallax.images.RgbImage;
import dev.parallax.images.dataset.Item;
import java.io.IOException;
import java.util.Optional;

/** Cuts a source into batches that fit into a message. */
final class BatchReader {
  /** The services take messages of 16 MiB. */
  static final int MAX_IMAGE_BYTES = 12 << 20;

  private static final int MAX_BATCH_BYTES = 4 << 20;

  private final Source source;
  private final int batchImages;
  private int next;
  private long id;

  BatchReader(Source source, int batchImages) {
    this.source = source;
    this.batchImages = batchImages;
  }

  /** Empty after the last image. */
  Optional<Batch> next() {
    if (next == source.size()) {
      return Optional.empty();
    }
    Batch batch = Batch.empty(id++);
    int bytes = 0;
    while (next < source.size() && batch.size() < batchImages && bytes < MAX_BATCH_BYTES) {
      bytes += add(batch, next++);
    }
    return Optional.of(batch);
  }

  private int add(Batch batch, int index) {
    Image image;
    try {
      image = image(source.read(index));
    } catch (IOException e) {
      batch.unreadable().put(index, String.valueOf(e.getMessage()));
      return 0;
    }
    int bytes = image.getSerializedSize();
    if (bytes > MAX_IMAGE_BYTES) {
      batch
          .unreadable()
          .put(index, bytes + " bytes; allowed: at most " + MAX_IMAGE_BYTES + " to be sent");
      return 0;
    }
    batch.indexes().add(index);
    batch.images().add(image);
    return bytes;
  }

  private static Image image(Item item) {
    return switch (item) {
      case Item.Encoded(byte[] file) -> Image.newBuilder().setEncoded(shared(file)).build();
      case Item.Pixels(RgbImage image) ->
          Image.newBuilder()
              .setPixels(
                  RawPixels.newBuilder()
                      .setWidth(image.width())
                      .setHeight(image.height())
                      .setRgb(shared(image.rgb())))
              .build();
    };
  }

  /** Not copied: nobody writes to the array any more. */
  private static ByteString shared(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
