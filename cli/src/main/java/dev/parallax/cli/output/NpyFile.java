package dev.parallax.cli.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * NumPy's format 1.0: {@code x.npy} with float32 [N, D], {@code x.names.txt} with a name a line,
 * and {@code x.labels.npy} with int32 [N] where there are labels.
 */
final class NpyFile implements EmbeddingFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** Room for any shape; a multiple of 64, as NumPy wants it. */
  private static final int HEADER_BYTES = 128;

  private final int dimensions;
  private final List<PartialFile> files = new ArrayList<>();
  private final PartialFile vectors;
  private final PartialFile names;
  private final PartialFile labels;
  private long rows;

  NpyFile(Path file, int dimensions, boolean labelled) throws IOException {
    this.dimensions = dimensions;
    String stem = file.getFileName().toString().replaceFirst("(?i)\\.npy$", "");
    try {
      vectors = opened(file);
      names = opened(file.resolveSibling(stem + ".names.txt"));
      labels = labelled ? opened(file.resolveSibling(stem + ".labels.npy")) : null;
      // The number of rows is known at the end.
      vectors.write(header("<f4", "0, " + dimensions));
      if (labels != null) {
        labels.write(header("<i4", "0,"));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void write(Row row) throws IOException {
    if (row.vector().length != dimensions) {
      throw new IllegalArgumentException(
          "vector has " + row.vector().length + " dimensions; allowed: " + dimensions);
    }
    vectors.write(row.vector());
    names.write((row.name().replaceAll("\\R", " ") + "\n").getBytes(StandardCharsets.UTF_8));
    if (labels != null) {
      labels.room(Integer.BYTES).putInt(row.label());
    }
    rows++;
  }

  @Override
  public List<Path> commit() throws IOException {
    vectors.overwriteStart(header("<f4", rows + ", " + dimensions));
    if (labels != null) {
      labels.overwriteStart(header("<i4", rows + ","));
    }
    List<Path> written = new ArrayList<>();
    for (PartialFile file : files) {
      written.add(file.commit());
    }
    return written;
  }

  @Override
  public void close() throws IOException {
    for (PartialFile file : files) {
      file.close();
    }
  }

  /** The header, padded with spaces and ended by a newline. */
  static byte[] header(String type, String shape) {
    int textBytes = HEADER_BYTES - MAGIC.length - Short.BYTES;
    String text = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, shape);
    byte[] padded =
        (text + " ".repeat(textBytes - 1 - text.length()) + "\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] header = new byte[HEADER_BYTES];
    System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
    header[MAGIC.length] = (byte) textBytes;
    header[MAGIC.length + 1] = (byte) (textBytes >> 8);
    System.arraycopy(padded, 0, header, MAGIC.length + Short.BYTES, padded.length);
    return header;
  }

  private PartialFile opened(Path path) throws IOException {
    PartialFile file = new PartialFile(path);
    files.add(file);
    return file;
  }
}
