package dev.parallax.images.dataset;

import dev.parallax.images.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of one label byte (two
 * for CIFAR-100, of which the fine one counts) and 3,072 bytes of a 32x32 image, channel by
 * channel.
 */
final class CifarDataset implements Dataset {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;

  private static final List<String> CIFAR10_CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final List<String> CIFAR100_CLASSES =
      IntStream.range(0, 100).mapToObj(Integer::toString).toList();

  enum Variant {
    CIFAR10(1, "data_batch_\\d+\\w*\\.bin(\\.gz)?"),
    CIFAR100(2, "train\\.bin(\\.gz)?");

    private final int labelBytes;
    private final String trainingFiles;

    Variant(int labelBytes, String trainingFiles) {
      this.labelBytes = labelBytes;
      this.trainingFiles = trainingFiles;
    }

    int recordBytes() {
      return labelBytes + 3 * PLANE;
    }

    List<String> classes() {
      return switch (this) {
        case CIFAR10 -> CIFAR10_CLASSES;
        case CIFAR100 -> CIFAR100_CLASSES;
      };
    }
  }

  private record Part(String name, RecordFiles file, int first, int records) {}

  private final String uri;
  private final Variant variant;
  private final List<Part> parts;
  private final byte[] labels;

  private CifarDataset(String uri, Variant variant, List<Part> parts) throws IOException {
    this.uri = uri;
    this.variant = variant;
    this.parts = parts;
    Part last = parts.getLast();
    this.labels = new byte[last.first() + last.records()];
    for (Part part : parts) {
      for (int i = 0; i < part.records(); i++) {
        byte label =
            part.file().read((long) i * variant.recordBytes() + variant.labelBytes - 1, 1)[0];
        if ((label & 0xff) >= variant.classes().size()) {
          throw new DatasetException(
              uri
                  + ": record "
                  + i
                  + " of "
                  + part.name()
                  + " has label "
                  + (label & 0xff)
                  + "; allowed: 0 to "
                  + (variant.classes().size() - 1));
        }
        labels[part.first() + i] = label;
      }
    }
  }

  static Dataset open(String uri, Path path, Variant variant) throws IOException {
    List<Path> files = Files.isDirectory(path) ? files(path, variant) : List.of(path);
    if (files.isEmpty()) {
      throw new DatasetException(uri + " holds no " + variant + " files");
    }
    List<Part> parts = new ArrayList<>();
    try {
      int first = 0;
      for (Path file : files) {
        RecordFiles records = RecordFiles.open(file);
        parts.add(new Part(file.getFileName().toString(), records, first, 0));
        long size = records.size();
        if (size == 0 || size % variant.recordBytes() != 0) {
          throw new DatasetException(
              uri
                  + ": "
                  + file.getFileName()
                  + " has "
                  + size
                  + " bytes; allowed: a multiple of "
                  + variant.recordBytes()
                  + ", the size of a "
                  + variant
                  + " record");
        }
        int count = Math.toIntExact(size / variant.recordBytes());
        parts.set(parts.size() - 1, new Part(file.getFileName().toString(), records, first, count));
        first += count;
      }
      return new CifarDataset(uri, variant, parts);
    } catch (IOException | RuntimeException e) {
      parts.forEach(p -> p.file().close());
      throw e;
    }
  }

  /** The training files in a folder, in order. */
  static List<Path> files(Path directory, Variant variant) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().matches(variant.trainingFiles))
          .filter(f -> !RecordFiles.isGzip(f) || !Files.exists(unpacked(f)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a gzipped file is also there unpacked, the two are one. */
  private static Path unpacked(Path gzip) {
    return gzip.resolveSibling(gzip.getFileName().toString().replaceFirst("\\.gz$", ""));
  }

  /** CIFAR-100's files are named train and test; CIFAR-10's are batches. */
  static Variant variantOf(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("train.") || name.startsWith("test.")
        ? Variant.CIFAR100
        : Variant.CIFAR10;
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public List<String> classes() {
    return variant.classes();
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name(int index) {
    Part part = part(index);
    return part.name() + "/" + (index - part.first());
  }

  @Override
  public Item read(int index) throws IOException {
    Part part = part(index);
    byte[] record =
        part.file()
            .read((long) (index - part.first()) * variant.recordBytes(), variant.recordBytes());
    byte[] rgb = new byte[3 * PLANE];
    for (int i = 0; i < PLANE; i++) {
      for (int channel = 0; channel < 3; channel++) {
        rgb[i * 3 + channel] = record[variant.labelBytes + channel * PLANE + i];
      }
    }
    return new Item.Pixels(new RgbImage(SIDE, SIDE, rgb));
  }

  @Override
  public void close() {
    parts.forEach(p -> p.file().close());
  }

  private Part part(int index) {
    Objects.checkIndex(index, labels.length);
    for (Part part : parts) {
      if (index < part.first() + part.records()) {
        return part;
      }
    }
    throw new IndexOutOfBoundsException(index);
  }
}
