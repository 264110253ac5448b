package dev.parallax.embedding.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;

/** A call that was not answered; the message is one line that says why. */
public final class EmbeddingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status.Code code;
  private final String field;
  private final Duration retryAfter;

  private EmbeddingException(
      Status.Code code, String message, String field, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /** What gRPC calls the reason; docs/embedding.md tells what each means here. */
  public Status.Code code() {
    return code;
  }

  /** Path of the field at fault, {@code options.output}; empty when it is none. */
  public String field() {
    return field;
  }

  /** When the service says another attempt makes sense; the client has made its own before. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether another attempt, or another instance, may succeed. */
  public boolean isTemporary() {
    return isTemporary(code);
  }

  static boolean isTemporary(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED -> true;
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }

  static EmbeddingException unreadable(int index, String message) {
    return new EmbeddingException(
        Status.Code.INVALID_ARGUMENT,
        "image " + index + " has no vector: " + message,
        "images[" + index + "]",
        null,
        null);
  }

  static EmbeddingException internal(String message) {
    return new EmbeddingException(Status.Code.INTERNAL, message, "", null, null);
  }

  static EmbeddingException of(Status status) {
    return new EmbeddingException(
        status.getCode(), description(status), "", null, status.getCause());
  }

  /** From what a stub throws. */
  static EmbeddingException of(Throwable failure) {
    if (failure instanceof EmbeddingException known) {
      return known;
    }
    Status status = Status.fromThrowable(failure);
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    String field = "";
    Duration retryAfter = null;
    try {
      for (var detail :
          details == null
              ? com.google.rpc.Status.getDefaultInstance().getDetailsList()
              : details.getDetailsList()) {
        if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retryAfter = Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        } else if (detail.is(BadRequest.class)) {
          var violations = detail.unpack(BadRequest.class).getFieldViolationsList();
          field = violations.isEmpty() ? "" : violations.getFirst().getField();
        }
      }
    } catch (InvalidProtocolBufferException e) {
      failure.addSuppressed(e);
    }
    return new EmbeddingException(
        status.getCode(), description(status), field, retryAfter, failure);
  }

  /** One line; where gRPC's own says nothing, that of its cause. */
  private static String description(Status status) {
    String text = status.getDescription();
    Throwable cause = status.getCause();
    if (cause != null
        && cause.getMessage() != null
        && (text == null || text.equals("io exception"))) {
      text = cause.getMessage();
    }
    return text == null || text.isBlank()
        ? "the call ended with " + status.getCode()
        : text.replaceAll("\\s*\\R\\s*", " ");
  }
}
