package dev.parallax.images.dataset;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.RgbImage;
import dev.parallax.images.UnreadableImageException;
import java.io.IOException;
import java.util.List;

/**
 * Images in a fixed order with random access. Thread-safe; images are read when they are asked for.
 */
public interface Dataset extends AutoCloseable {
  /** As it was opened. */
  String uri();

  /** Number of images, 1 or more. */
  int size();

  /** Names of the classes in the order of their labels; empty when the images have no labels. */
  List<String> classes();

  /** Label of an image, an index into {@link #classes()}; -1 when there is none. */
  int label(int index);

  /** Name of an image, unique within the dataset. */
  String name(int index);

  Item read(int index) throws IOException;

  /**
   * The pixels of an image.
   *
   * @throws UnreadableImageException when the file is damaged or past the decoder's limits
   */
  default RgbImage image(int index, ImageDecoder decoder)
      throws IOException, UnreadableImageException {
    return switch (read(index)) {
      case Item.Encoded(byte[] file) -> decoder.decode(file);
      case Item.Pixels(RgbImage image) -> image;
    };
  }

  @Override
  void close();
}
