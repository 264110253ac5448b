package dev.parallax.embedding.api.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.platform.errors.RequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;

/**
 * Files in strings: base64 (RFC 4648, section 4; padding may be missing), bare or in a {@code
 * data:} URL. They are decoded where they lie in the body, without a copy as text.
 */
record ImageText(Body body) {
  /** What a string has to be. */
  static final String ALLOWED =
      "an image file as base64, or as a data: URL (data:image/png;base64,…)";

  private static final int MAX_HEADER = 256;

  /**
   * The file in the string at which the parser stands.
   *
   * @throws RequestException INVALID_ARGUMENT
   */
  ByteString read(JsonParser in, String path) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw Json.unfit(in, path, ALLOWED);
    }
    ByteBuffer text = text(in);
    String start = start(text);
    if (start.startsWith("http:") || start.startsWith("https:")) {
      throw RequestException.invalidBecause(
          path, path + " is a URL, and nothing is fetched here; allowed: " + ALLOWED);
    }
    if (start.startsWith("data:")) {
      int comma = start.indexOf(',');
      if (comma < 0 || !start.substring(0, comma).endsWith(";base64")) {
        throw RequestException.invalidBecause(
            path, path + " is a data: URL without \";base64,\"; allowed: " + ALLOWED);
      }
      text.position(text.position() + comma + 1);
    }
    try {
      return UnsafeByteOperations.unsafeWrap(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw RequestException.invalidBecause(
          path,
          "%s is a string that is no base64 (%s); allowed: %s; text is not embedded here"
              .formatted(path, e.getMessage(), ALLOWED));
    }
  }

  private static String start(ByteBuffer text) {
    byte[] start = new byte[Math.min(MAX_HEADER, text.remaining())];
    text.get(text.position(), start);
    return new String(start, ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private ByteBuffer text(JsonParser in) throws IOException {
    byte[] bytes = body.bytes();
    // -1 where the body is not UTF-8
    long quote = in.currentTokenLocation().getByteOffset();
    if (quote >= 0 && quote < body.length() && bytes[(int) quote] == '"') {
      int from = (int) quote + 1;
      int to = from;
      while (to < body.length() && bytes[to] != '"' && bytes[to] != '\\') {
        to++;
      }
      if (to < body.length() && bytes[to] == '"') {
        return ByteBuffer.wrap(bytes, from, to - from);
      }
    }
    // with escapes, as some write the slash
    return ByteBuffer.wrap(in.getText().getBytes(UTF_8));
  }
}
