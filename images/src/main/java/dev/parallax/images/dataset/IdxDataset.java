package dev.parallax.images.dataset;

import dev.parallax.images.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * IDX files of the MNIST family (LeCun et al. 1998): grey 8-bit images with a file of labels beside
 * them, whose name has {@code labels} and {@code idx1} where the images' has {@code images} and
 * {@code idx3}.
 */
final class IdxDataset implements Dataset {
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;
  private static final int HEADER_BYTES = 16;

  private final String uri;
  private final String file;
  private final RecordFiles images;
  private final int size;
  private final int height;
  private final int width;
  private final byte[] labels;
  private final List<String> classes;

  private IdxDataset(String uri, String file, RecordFiles images, byte[] labels)
      throws IOException {
    ByteBuffer header = ByteBuffer.wrap(images.read(0, HEADER_BYTES));
    if (header.getInt() != IMAGES_MAGIC) {
      throw new DatasetException(uri + ": " + file + " is not an IDX file of images");
    }
    this.uri = uri;
    this.file = file;
    this.images = images;
    this.size = header.getInt();
    this.height = header.getInt();
    this.width = header.getInt();
    long expected = HEADER_BYTES + (long) size * height * width;
    if (size < 1
        || height < 1
        || width < 1
        || height > 16_384
        || width > 16_384
        || expected != images.size()) {
      throw new DatasetException(
          uri
              + ": "
              + file
              + " claims "
              + size
              + " images of "
              + width
              + "x"
              + height
              + " and has "
              + images.size()
              + " bytes; "
              + expected
              + " would be right");
    }
    if (labels != null && labels.length != size) {
      throw new DatasetException(
          uri + ": there are " + size + " images and " + labels.length + " labels");
    }
    this.labels = labels;
    this.classes = labels == null ? List.of() : classes(labels);
  }

  static Dataset open(String uri, Path path) throws IOException {
    Path file =
        Files.isDirectory(path)
            ? imagesIn(path)
                .orElseThrow(() -> new DatasetException(uri + " holds no IDX files of images"))
            : path;
    RecordFiles images = RecordFiles.open(file);
    try {
      return new IdxDataset(uri, file.getFileName().toString(), images, labels(uri, file));
    } catch (IOException | RuntimeException e) {
      images.close();
      throw e;
    }
  }

  /** The training images of a folder, or else the only ones. */
  static Optional<Path> imagesIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> images =
          files
              .filter(f -> f.getFileName().toString().matches(".*images.idx3-ubyte(\\.gz)?"))
              .sorted()
              .toList();
      return images.stream()
          .filter(f -> f.getFileName().toString().startsWith("train"))
          .findFirst()
          .or(() -> images.stream().findFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isImages(Path file) {
    try (InputStream in = RecordFiles.stream(file)) {
      byte[] magic = in.readNBytes(4);
      return magic.length == 4 && ByteBuffer.wrap(magic).getInt() == IMAGES_MAGIC;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] labels(String uri, Path images) throws IOException {
    String name =
        images.getFileName().toString().replace("images", "labels").replace("idx3", "idx1");
    // Either may be gzipped without the other.
    String plain = name.replaceFirst("\\.gz$", "");
    Path file =
        Stream.of(name, plain, plain + ".gz")
            .map(images::resolveSibling)
            .filter(f -> !f.equals(images) && Files.exists(f))
            .findFirst()
            .orElse(null);
    if (file == null) {
      return null;
    }
    try (RecordFiles records = RecordFiles.open(file)) {
      ByteBuffer header = ByteBuffer.wrap(records.read(0, 8));
      if (header.getInt() != LABELS_MAGIC || header.getInt() != records.size() - 8) {
        throw new DatasetException(
            uri + ": " + file.getFileName() + " is not a whole file of labels");
      }
      return records.read(8, Math.toIntExact(records.size() - 8));
    }
  }

  private static List<String> classes(byte[] labels) {
    int largest = 0;
    for (byte label : labels) {
      largest = Math.max(largest, label & 0xff);
    }
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels == null ? -1 : labels[index] & 0xff;
  }

  @Override
  public String name(int index) {
    return file + "/" + index;
  }

  @Override
  public Item read(int index) throws IOException {
    Objects.checkIndex(index, size);
    byte[] grey = images.read(HEADER_BYTES + (long) index * width * height, width * height);
    byte[] rgb = new byte[grey.length * 3];
    for (int i = 0; i < grey.length; i++) {
      rgb[i * 3] = grey[i];
      rgb[i * 3 + 1] = grey[i];
      rgb[i * 3 + 2] = grey[i];
    }
    return new Item.Pixels(new RgbImage(width, height, rgb));
  }

  @Override
  public void close() {
    images.close();
  }
}
