package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Unreadable;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.List;

/** Vectors and models as OpenAI's clients expect them. */
final class EmbeddingsJson {
  private EmbeddingsJson() {}

  /**
   * @throws RequestException INVALID_ARGUMENT that names an image that could not be read;
   *     FAILED_PRECONDITION when the model gave a number that JSON cannot say
   */
  static byte[] embeddings(EmbeddingsRequest request, EmbedAnswer answer) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeStringField("object", "list");
          out.writeArrayFieldStart("data");
          for (int i = 0; i < answer.outcomes().size(); i++) {
            out.writeStartObject();
            out.writeStringField("object", "embedding");
            out.writeNumberField("index", i);
            out.writeFieldName("embedding");
            vector(out, i, vector(answer, i), request.base64());
            out.writeEndObject();
          }
          out.writeEndArray();
          out.writeStringField("model", request.model());
          out.writeStringField("version", Long.toString(answer.version()));
          out.writeObjectFieldStart("usage");
          out.writeNumberField("prompt_tokens", 0);
          out.writeNumberField("total_tokens", 0);
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private static FloatBuffer vector(EmbedAnswer answer, int index) {
    return switch (answer.outcomes().get(index)) {
      case Embedded embedded -> embedded.vector();
      case Unreadable(String message) -> {
        String field = "input[" + index + "]";
        throw RequestException.invalidBecause(field, field + ": " + message);
      }
    };
  }

  private static void vector(JsonGenerator out, int index, FloatBuffer vector, boolean base64)
      throws IOException {
    if (base64) {
      byte[] bytes = new byte[Float.BYTES * vector.limit()];
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(0, vector, 0, vector.limit());
      out.writeString(Base64.getEncoder().encodeToString(bytes));
      return;
    }
    out.writeStartArray();
    for (int i = 0; i < vector.limit(); i++) {
      if (!Float.isFinite(vector.get(i))) {
        throw RequestException.of(
            Kind.FAILED_PRECONDITION,
            "input[%d]: the model gave %s in dimension %d; allowed in JSON: finite numbers"
                .formatted(index, vector.get(i), i));
      }
      out.writeNumber(vector.get(i));
    }
    out.writeEndArray();
  }

  static byte[] models(List<VersionEntry> models) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeStringField("object", "list");
          out.writeArrayFieldStart("data");
          for (VersionEntry entry : models) {
            model(out, entry.model(), entry);
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  /**
   * @param id as the caller named it
   */
  static byte[] model(String id, VersionEntry entry) {
    return Json.written(out -> model(out, id, entry));
  }

  private static void model(JsonGenerator out, String id, VersionEntry entry) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", id);
    out.writeStringField("object", "model");
    out.writeNumberField("created", entry.manifest().getCreateTime().getSeconds());
    out.writeStringField("owned_by", "parallax");
    out.writeEndObject();
  }
}
