package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;

/** How a failure is written. */
enum ErrorFormat {
  /** {@code {"error": "message"}}. */
  OPEN_INFERENCE {
    @Override
    void write(JsonGenerator out, Failure failure) throws IOException {
      out.writeStartObject();
      out.writeStringField("error", failure.message());
      out.writeEndObject();
    }
  },
  /** {@code {"error": {"message", "type", "param", "code"}}}. */
  OPENAI {
    @Override
    void write(JsonGenerator out, Failure failure) throws IOException {
      out.writeStartObject();
      out.writeObjectFieldStart("error");
      out.writeStringField("message", failure.message());
      out.writeStringField("type", type(failure.status()));
      if (failure.field().isEmpty()) {
        out.writeNullField("param");
      } else {
        out.writeStringField("param", failure.field());
      }
      out.writeStringField("code", code(failure));
      out.writeEndObject();
      out.writeEndObject();
    }
  };

  abstract void write(JsonGenerator out, Failure failure) throws IOException;

  byte[] body(Failure failure) {
    return Json.written(out -> write(out, failure));
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private static String code(Failure failure) {
    return switch (failure.status()) {
      case 401 -> "invalid_api_key";
      case 429 -> "rate_limit_exceeded";
      default -> failure.name().toLowerCase(Locale.ROOT);
    };
  }
}
