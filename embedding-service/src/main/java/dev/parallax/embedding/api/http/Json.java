package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.parallax.platform.errors.RequestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * JSON, token by token: no tree is made of what a caller sends. Refusals name the path of what is
 * wrong, {@code inputs[0].shape[1]}.
 */
final class Json {
  /** Path of what is in nothing else. */
  static final String ROOT = "the body";

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_NUMBER_CHARS = 64;
  // the largest request that has a meaning: 128 tensors with 64 parameters each
  private static final int MAX_FIELDS = 10_000;
  private static final Pattern JACKSONS_OWN =
      Pattern.compile("\\s*\\([^()]*\\[Source: .*|: enable `.*", Pattern.DOTALL);

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  // the body has a limit
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  private Json() {}

  /** Writes one value. */
  interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  /** Reads a value at whose first token the parser stands, up to its last. */
  interface Reading<T> {
    T from(JsonParser in) throws IOException;
  }

  /** Reads the value of a field at whose first token the parser stands, or skips it. */
  interface FieldReading {
    void read(String name) throws IOException;
  }

  /** Reads an item at whose first token the parser stands. */
  interface ItemReading {
    void read(int index) throws IOException;
  }

  static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws RequestException INVALID_ARGUMENT: no JSON, deeper or longer than allowed, too many
   *     fields, more than one value, or what {@code reading} refuses
   */
  static <T> T read(Body body, Reading<T> reading) {
    try (JsonParser in =
        new CountedFields(FACTORY.createParser(body.bytes(), 0, body.length()), MAX_FIELDS)) {
      if (in.nextToken() == null) {
        throw RequestException.invalidBecause("", "the body is empty; allowed: a JSON object");
      }
      T value = reading.from(in);
      if (in.nextToken() != null) {
        throw RequestException.invalidBecause(
            "", "the body goes on after its first JSON value; allowed: one object");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw RequestException.invalidBecause(
          "",
          "the body is not JSON that is taken here: %s (line %d, column %d)"
              .formatted(
                  reason(e),
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 1 : e.getLocation().getColumnNr()));
    } catch (IOException e) {
      // bytes that are no text in any encoding of JSON
      throw RequestException.invalidBecause("", "the body is not JSON: " + e.getMessage());
    }
  }

  private static String reason(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "it goes beyond %d levels, a name of %d characters or a number of %d"
          .formatted(MAX_DEPTH, MAX_NAME_CHARS, MAX_NUMBER_CHARS);
    }
    return e instanceof JsonEOFException
        ? "it ends in the middle"
        : JACKSONS_OWN.matcher(e.getOriginalMessage()).replaceAll("");
  }

  /**
   * Reads an object; a field that is null counts as absent.
   *
   * @throws RequestException INVALID_ARGUMENT: a field is there twice
   */
  static void object(JsonParser in, String path, FieldReading fields) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw unfit(in, path, "an object");
    }
    Set<String> names = new HashSet<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      if (!names.add(name)) {
        String field = path.equals(ROOT) ? name : path + "." + name;
        throw RequestException.invalidBecause(field, field + " is there twice; allowed: once");
      }
      if (in.nextToken() != JsonToken.VALUE_NULL) {
        fields.read(name);
      }
    }
  }

  /**
   * @param max items
   */
  static void array(JsonParser in, String path, int max, ItemReading items) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw unfit(in, path, "an array");
    }
    for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
      if (i == max) {
        throw RequestException.invalidBecause(
            path, "%s has more than %d entries; allowed: at most %d".formatted(path, max, max));
      }
      items.read(i);
    }
  }

  static String string(JsonParser in, String path) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw unfit(in, path, "a string");
    }
    return in.getText();
  }

  static boolean bool(JsonParser in, String path) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw unfit(in, path, "true or false");
    };
  }

  static long integer(JsonParser in, String path) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_NUMBER_INT
        || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw unfit(in, path, "an integer of 64 bits");
    }
    return in.getLongValue();
  }

  /** {@code inputs is an object; allowed: an array}. */
  static RequestException unfit(JsonParser in, String path, String allowed) throws IOException {
    return RequestException.invalidBecause(
        path.equals(ROOT) ? "" : path, "%s is %s; allowed: %s".formatted(path, shown(in), allowed));
  }

  private static String shown(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
          in.getText();
      case null -> "cut off";
      default -> "something else";
    };
  }
}
