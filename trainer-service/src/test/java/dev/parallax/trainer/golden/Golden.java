package dev.parallax.trainer.golden;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A place in a file of golden values. What is asked for and not there is an error that names the
 * place.
 */
public final class Golden {
  private final String path;
  private final JsonElement element;

  private Golden(String path, JsonElement element) {
    this.path = path;
    this.element = element;
  }

  /** The file {@code golden/<name>.json} of the test resources. */
  public static Golden read(String name) {
    String file = "/golden/" + name + ".json";
    try (InputStream in =
            requireNonNull(Golden.class.getResourceAsStream(file), () -> "there is no " + file);
        var reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Golden(name, JsonParser.parseReader(reader));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The member of that name. */
  public Golden get(String key) {
    JsonElement member = object().get(key);
    if (member == null) {
      throw new IllegalArgumentException(path + " has no " + key + "; it has " + keys());
    }
    return new Golden(path + "." + key, member);
  }

  /** Names of the members, in the order of the file. */
  public Set<String> keys() {
    return object().keySet();
  }

  /** The entries of an array. */
  public List<Golden> list() {
    JsonArray array = array();
    return IntStream.range(0, array.size())
        .mapToObj(i -> new Golden(path + "[" + i + "]", array.get(i)))
        .toList();
  }

  /** The entries of the array {@code cases}. */
  public List<Golden> cases() {
    return get("cases").list();
  }

  public String string(String key) {
    return get(key).element.getAsString();
  }

  public boolean bool(String key) {
    return get(key).element.getAsBoolean();
  }

  public int integer(String key) {
    return get(key).element.getAsInt();
  }

  public double number(String key) {
    return get(key).number();
  }

  public double[] doubles(String key) {
    return get(key).doubles();
  }

  public float[] floats(String key) {
    return get(key).floats();
  }

  public int[] integers(String key) {
    return stream(get(key).array()).mapToInt(JsonElement::getAsInt).toArray();
  }

  public long[] longs(String key) {
    return stream(get(key).array()).mapToLong(JsonElement::getAsLong).toArray();
  }

  /** Pixels: values of 0 to 255. */
  public byte[] bytes(String key) {
    int[] values = integers(key);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** Rows of numbers. */
  public List<float[]> rows(String key) {
    return get(key).list().stream().map(Golden::floats).toList();
  }

  public List<String> strings(String key) {
    return stream(get(key).array()).map(JsonElement::getAsString).toList();
  }

  public double number() {
    return element.getAsDouble();
  }

  public double[] doubles() {
    return stream(array()).mapToDouble(JsonElement::getAsDouble).toArray();
  }

  public float[] floats() {
    double[] doubles = doubles();
    float[] floats = new float[doubles.length];
    for (int i = 0; i < doubles.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  /** Where this stands, as in {@code lars.cases[2]}: the description of an assertion. */
  @Override
  public String toString() {
    return path;
  }

  private JsonObject object() {
    if (!element.isJsonObject()) {
      throw new IllegalArgumentException(path + " is not an object");
    }
    return element.getAsJsonObject();
  }

  private JsonArray array() {
    if (!element.isJsonArray()) {
      throw new IllegalArgumentException(path + " is not an array");
    }
    return element.getAsJsonArray();
  }

  private static Stream<JsonElement> stream(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
