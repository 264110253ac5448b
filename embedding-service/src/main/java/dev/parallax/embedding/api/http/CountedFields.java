package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import dev.parallax.platform.errors.RequestException;
import java.io.IOException;

/**
 * Counts the fields of all objects together, those that are skipped as well, for what reads JSON
 * remembers their names.
 */
final class CountedFields extends JsonParserDelegate {
  private final int max;
  private int fields;

  /**
   * @param max fields that are read
   */
  CountedFields(JsonParser in, int max) {
    super(in);
    this.max = max;
  }

  /**
   * @throws RequestException INVALID_ARGUMENT: too many fields
   */
  @Override
  public JsonToken nextToken() throws IOException {
    JsonToken token = delegate.nextToken();
    if (token == JsonToken.FIELD_NAME && ++fields > max) {
      throw RequestException.invalidBecause(
          "",
          "the body has more than %d fields; allowed: at most %d in all its objects together"
              .formatted(max, max));
    }
    return token;
  }

  @Override
  public JsonParser skipChildren() throws IOException {
    JsonToken token = currentToken();
    int open = token != null && token.isStructStart() ? 1 : 0;
    while (open > 0) {
      token = nextToken();
      if (token == null) {
        return this;
      }
      open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }
    return this;
  }
}
