package dev.parallax.trainer.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A file in the safetensors format, float32 only: an 8-byte little-endian length, a JSON header
 * with name, shape and offsets of each tensor, then the values. Values are written and read a
 * stretch at a time: a run's state may be larger than the heap.
 */
public final class Safetensors implements AutoCloseable {
  /** Values of a stretch: 16 MiB. */
  private static final int STRETCH = 1 << 22;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long start;

  private Safetensors(Path file, FileChannel channel, SafetensorsHeader header, long start) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.start = start;
  }

  /** Gives values of a tensor in row-major order. */
  @FunctionalInterface
  public interface Source {
    /** Elements {@code from} to {@code to - 1}. */
    float[] values(String name, long from, long to);
  }

  /** Takes values of a tensor in row-major order. */
  @FunctionalInterface
  public interface Sink {
    /** Elements {@code from}, {@code from + 1}, ... */
    void values(String name, long from, float[] values);
  }

  /**
   * Writes a file and forces it to disk.
   *
   * @param shapes of the tensors, in the order in which {@code source} is asked for them
   */
  public static void write(
      Path file, Map<String, String> metadata, SequencedMap<String, long[]> shapes, Source source)
      throws IOException {
    byte[] header = SafetensorsHeader.of(metadata, shapes).toJson();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(
          channel, littleEndian(8 + header.length).putLong(header.length).put(header).flip());
      for (var tensor : shapes.entrySet()) {
        long size = SafetensorsHeader.size(tensor.getValue());
        for (long from = 0; from < size; from += STRETCH) {
          long to = Math.min(size, from + STRETCH);
          ByteBuffer bytes = littleEndian(Math.toIntExact((to - from) * Float.BYTES));
          bytes.asFloatBuffer().put(source.values(tensor.getKey(), from, to));
          writeFully(channel, bytes);
        }
      }
      channel.force(true);
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws IOException when it is not a whole safetensors file of float32 tensors
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = channel.size();
      ByteBuffer length = littleEndian(8);
      readFully(channel, length, 0, file);
      long headerBytes = length.flip().getLong();
      if (headerBytes < 2 || headerBytes > SafetensorsHeader.MAX_BYTES || 8 + headerBytes > size) {
        throw new IOException(file + " is not a safetensors file, or it is cut off");
      }
      byte[] json = new byte[Math.toIntExact(headerBytes)];
      readFully(channel, ByteBuffer.wrap(json), 8, file);
      long start = 8 + headerBytes;
      return new Safetensors(
          file, channel, SafetensorsHeader.parse(json, size - start, file), start);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What the file says of itself. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Requires a tensor of a name and shape.
   *
   * @throws IOException when there is none
   */
  public void require(String name, long[] shape) throws IOException {
    var place = header.tensors().get(name);
    if (place == null) {
      throw new IOException(file + " has no " + name);
    }
    if (!Arrays.equals(place.shape(), shape)) {
      throw new IOException(
          file
              + " has "
              + name
              + " as "
              + Arrays.toString(place.shape())
              + ", not "
              + Arrays.toString(shape));
    }
  }

  /** Hands over the values of a tensor that is there, from the first to the last. */
  public void read(String name, Sink sink) throws IOException {
    var place = header.tensors().get(name);
    long size = SafetensorsHeader.size(place.shape());
    for (long from = 0; from < size; from += STRETCH) {
      float[] values = new float[Math.toIntExact(Math.min(STRETCH, size - from))];
      ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
      readFully(channel, bytes, start + place.begin() + from * Float.BYTES, file);
      bytes.flip().asFloatBuffer().get(values);
      sink.values(name, from, values);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer bytes, long at, Path file)
      throws IOException {
    long next = at;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, next);
      if (read < 0) {
        throw new IOException(file + " is cut off");
      }
      next += read;
    }
  }
}
