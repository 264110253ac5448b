package dev.parallax.trainer.checkpoint;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** What stands in front of a safetensors file's values. */
record SafetensorsHeader(Map<String, String> metadata, SequencedMap<String, Place> tensors) {
  static final long MAX_BYTES = 64L << 20;

  private static final String METADATA = "__metadata__";

  /**
   * Where a tensor lies.
   *
   * @param begin bytes from the end of the header
   */
  record Place(long[] shape, long begin) {
    long end() {
      return begin + size(shape) * Float.BYTES;
    }
  }

  /** Tensors behind each other in their order. */
  static SafetensorsHeader of(Map<String, String> metadata, SequencedMap<String, long[]> shapes) {
    SequencedMap<String, Place> tensors = new LinkedHashMap<>();
    long begin = 0;
    for (var tensor : shapes.entrySet()) {
      var place = new Place(tensor.getValue(), begin);
      tensors.put(tensor.getKey(), place);
      begin = place.end();
    }
    return new SafetensorsHeader(metadata, tensors);
  }

  /** Elements of a tensor. */
  static long size(long[] shape) {
    long size = 1;
    for (long dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }

  /** UTF-8, filled up with spaces to a multiple of 8 bytes. */
  byte[] toJson() {
    var root = new JsonObject();
    var properties = new JsonObject();
    metadata.forEach(properties::addProperty);
    root.add(METADATA, properties);
    tensors.forEach(
        (name, place) -> {
          var entry = new JsonObject();
          entry.addProperty("dtype", "F32");
          entry.add("shape", JsonArrays.of(place.shape()));
          entry.add("data_offsets", JsonArrays.of(new long[] {place.begin(), place.end()}));
          root.add(name, entry);
        });
    String json = root.toString();
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat(-bytes & 7)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a header.
   *
   * @param bytes of values that follow it
   * @throws IOException when it is damaged, or names tensors that are not float32 or not there
   */
  static SafetensorsHeader parse(byte[] json, long bytes, Path file) throws IOException {
    try {
      JsonObject root =
          JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
      Map<String, String> metadata = new LinkedHashMap<>();
      SequencedMap<String, Place> tensors = new LinkedHashMap<>();
      for (var field : root.entrySet()) {
        JsonObject value = field.getValue().getAsJsonObject();
        if (field.getKey().equals(METADATA)) {
          value.entrySet().forEach(e -> metadata.put(e.getKey(), e.getValue().getAsString()));
        } else {
          tensors.put(field.getKey(), place(field.getKey(), value, bytes, file));
        }
      }
      return new SafetensorsHeader(metadata, tensors);
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | ArithmeticException
        | NumberFormatException e) {
      throw new IOException(file + " has a damaged safetensors header", e);
    }
  }

  private static Place place(String name, JsonObject entry, long bytes, Path file)
      throws IOException {
    if (!entry.get("dtype").getAsString().equals("F32")) {
      throw new IOException(name + " of " + file + " is not float32");
    }
    long[] offsets = JsonArrays.longs(entry.getAsJsonArray("data_offsets"));
    var place = new Place(JsonArrays.longs(entry.getAsJsonArray("shape")), offsets[0]);
    if (offsets.length != 2
        || place.begin() < 0
        || place.end() != offsets[1]
        || offsets[1] > bytes) {
      throw new IOException(name + " of " + file + " is cut off");
    }
    return place;
  }
}
