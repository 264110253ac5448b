package dev.parallax.trainer.checkpoint;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The safetensors format, float32 only: an 8-byte little-endian length, a JSON header with name,
 * shape and offsets of each tensor, then the values.
 */
public final class Safetensors {
  private static final long MAX_HEADER_BYTES = 64L << 20;
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  /** A tensor's values in row-major order. */
  public record Entry(long[] shape, float[] values) {}

  /** What a file holds. */
  public record Contents(Map<String, String> metadata, SequencedMap<String, Entry> tensors) {}

  /** Writes a file and forces it to disk. */
  public static void write(Path file, Contents contents) throws IOException {
    byte[] header = header(contents);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer start = littleEndian(8 + header.length);
      start.putLong(header.length).put(header).flip();
      writeFully(channel, start);
      for (Entry entry : contents.tensors().values()) {
        ByteBuffer values = littleEndian(entry.values().length * Float.BYTES);
        values.asFloatBuffer().put(entry.values());
        writeFully(channel, values);
      }
      channel.force(true);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException when it is not a whole safetensors file of float32 tensors
   */
  public static Contents read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer length = littleEndian(8);
      readFully(channel, length, file);
      long headerBytes = length.flip().getLong();
      if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > size) {
        throw new IOException(file + " is not a safetensors file, or it is cut off");
      }
      byte[] header = new byte[Math.toIntExact(headerBytes)];
      readFully(channel, ByteBuffer.wrap(header), file);
      try {
        String json = new String(header, StandardCharsets.UTF_8);
        return contents(channel, JsonParser.parseString(json).getAsJsonObject(), size, file);
      } catch (JsonParseException | IllegalStateException | ClassCastException e) {
        throw new IOException(file + " has a damaged safetensors header", e);
      }
    }
  }

  private static byte[] header(Contents contents) {
    var root = new JsonObject();
    var metadata = new JsonObject();
    contents.metadata().forEach(metadata::addProperty);
    root.add(METADATA, metadata);
    long offset = 0;
    for (var tensor : contents.tensors().entrySet()) {
      long end = offset + (long) tensor.getValue().values().length * Float.BYTES;
      var entry = new JsonObject();
      entry.addProperty("dtype", "F32");
      entry.add("shape", JsonArrays.of(tensor.getValue().shape()));
      entry.add("data_offsets", JsonArrays.of(new long[] {offset, end}));
      root.add(tensor.getKey(), entry);
      offset = end;
    }
    StringBuilder json = new StringBuilder(root.toString());
    while ((json.toString().getBytes(StandardCharsets.UTF_8).length & 7) != 0) {
      json.append(' ');
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Contents contents(FileChannel channel, JsonObject header, long size, Path file)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    SequencedMap<String, Entry> tensors = new LinkedHashMap<>();
    long start = channel.position();
    for (var field : header.entrySet()) {
      JsonObject value = field.getValue().getAsJsonObject();
      if (field.getKey().equals(METADATA)) {
        value.entrySet().forEach(e -> metadata.put(e.getKey(), e.getValue().getAsString()));
        continue;
      }
      if (!value.get("dtype").getAsString().equals("F32")) {
        throw new IOException(field.getKey() + " of " + file + " is not float32");
      }
      long[] shape = JsonArrays.longs(value.getAsJsonArray("shape"));
      long[] offsets = JsonArrays.longs(value.getAsJsonArray("data_offsets"));
      long bytes = Float.BYTES;
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
      if (offsets.length != 2 || offsets[1] - offsets[0] != bytes || start + offsets[1] > size) {
        throw new IOException(field.getKey() + " of " + file + " is cut off");
      }
      ByteBuffer values = littleEndian(Math.toIntExact(bytes));
      channel.position(start + offsets[0]);
      readFully(channel, values, file);
      float[] floats = new float[Math.toIntExact(bytes / Float.BYTES)];
      values.flip().asFloatBuffer().get(floats);
      tensors.put(field.getKey(), new Entry(shape, floats));
    }
    return new Contents(metadata, tensors);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer bytes, Path file)
      throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException(file + " is cut off");
      }
    }
  }
}
