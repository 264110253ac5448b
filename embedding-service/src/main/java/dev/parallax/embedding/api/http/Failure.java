package dev.parallax.embedding.api.http;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Why a request has no answer, as HTTP tells it.
 *
 * @param status of HTTP
 * @param name gRPC's of the same, or HTTP's where gRPC has none
 * @param message one line
 * @param field at fault; empty: none
 * @param retryAfter when another attempt makes sense
 */
record Failure(
    int status, String name, String message, String field, Optional<Duration> retryAfter) {

  static Failure of(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof HttpRefusal refusal) {
      return new Failure(
          refusal.status(), refusal.label(), refusal.getMessage(), "", Optional.empty());
    }
    if (cause instanceof RequestException e) {
      // no status of gRPC is made of it: that takes Unicode text alone, and callers send other
      Status.Code code = Status.Code.valueOf(e.kind().name());
      return new Failure(status(code), code.name(), message(e), e.field(), e.retryAfter());
    }
    StatusRuntimeException status = Statuses.of(cause);
    Status.Code code = status.getStatus().getCode();
    return new Failure(status(code), code.name(), Statuses.describe(status), "", Optional.empty());
  }

  /** As {@link Statuses#describe} has it. */
  private static String message(RequestException e) {
    String field = e.getMessage().contains(e.field()) ? "" : " (" + e.field() + ")";
    String retry =
        e.retryAfter()
            .map(wait -> "; try again in %.3g s".formatted(wait.toMillis() / 1000.0))
            .orElse("");
    return e.getMessage() + field + retry;
  }

  private static int status(Status.Code code) {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case INTERNAL, UNKNOWN, DATA_LOSS -> 500;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }
}
