package dev.parallax.embedding.api.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.platform.errors.RequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A request for embeddings as OpenAI's clients make it, with images in place of text. Fields that
 * are not known here are skipped.
 *
 * @param model a name, or {@code name@alias}; not checked
 * @param images one or more
 * @param base64 vectors as base64 of little-endian float32 rather than as numbers
 * @param l2Normalize scale every vector to unit length; a field of ours
 */
record EmbeddingsRequest(
    String model, List<ImageInput> images, boolean base64, boolean l2Normalize) {
  EmbeddingsRequest {
    requireNonNull(model, "model is null");
    images = List.copyOf(images);
  }

  /**
   * @param maxImages of one request
   * @throws RequestException INVALID_ARGUMENT
   */
  static EmbeddingsRequest read(Body body, int maxImages) {
    return Json.read(body, in -> new Fields(in, new ImageText(body), maxImages).read());
  }

  private static final class Fields {
    private final JsonParser in;
    private final ImageText text;
    private final int maxImages;
    private final List<ImageInput> images = new ArrayList<>();
    private String model = "";
    private boolean base64;
    private boolean l2Normalize;

    Fields(JsonParser in, ImageText text, int maxImages) {
      this.in = in;
      this.text = text;
      this.maxImages = maxImages;
    }

    EmbeddingsRequest read() throws IOException {
      Json.object(in, Json.ROOT, this::field);
      if (model.isEmpty()) {
        throw RequestException.invalid("model", "", "the name of a model, or name@alias");
      }
      if (images.isEmpty()) {
        throw RequestException.invalidBecause(
            "input",
            "input has no entry; allowed: 1 to %d, each %s"
                .formatted(maxImages, ImageText.ALLOWED));
      }
      return new EmbeddingsRequest(model, images, base64, l2Normalize);
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "model" -> model = Json.string(in, name);
        case "input" -> input();
        case "encoding_format" -> base64 = isBase64(Json.string(in, name));
        case "l2_normalize" -> l2Normalize = Json.bool(in, name);
        case "dimensions" ->
            throw Json.unfit(in, name, "absent, for a vector has the size that its model gives it");
        default -> in.skipChildren();
      }
    }

    private void input() throws IOException {
      if (in.currentToken() == JsonToken.START_ARRAY) {
        Json.array(in, "input", maxImages, i -> image("input[" + i + "]"));
      } else {
        image("input");
      }
    }

    private void image(String path) throws IOException {
      images.add(new ImageInput.Encoded(text.read(in, path)));
    }

    private static boolean isBase64(String format) {
      return switch (format) {
        case "float" -> false;
        case "base64" -> true;
        default -> throw RequestException.invalid("encoding_format", format, "float, base64");
      };
    }
  }
}
