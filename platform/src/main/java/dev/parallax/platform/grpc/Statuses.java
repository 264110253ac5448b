package dev.parallax.platform.grpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.parallax.platform.errors.RequestException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/** The one mapping between what is thrown and what goes over the wire. */
public final class Statuses {
  /** Domain of every {@link ErrorInfo}. */
  public static final String DOMAIN = "parallax.dev";

  // what the retries that gRPC clients have built in go by; gRFC A6
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Logger LOG = Logger.getLogger(Statuses.class);

  private Statuses() {}

  /**
   * The status for {@code t}. A {@link RequestException} keeps its message and gets google.rpc
   * details: BadRequest with the field, ErrorInfo with the kind, RetryInfo with the hint (which
   * gRPC's own retries find as grpc-retry-pushback-ms). A gRPC status stays as it is. Everything
   * else is logged under a random identifier and becomes INTERNAL with that identifier and nothing
   * of its text.
   */
  public static StatusRuntimeException of(Throwable t) {
    return switch (unwrapped(t)) {
      case RequestException e -> of(e);
      case StatusRuntimeException e -> e;
      case StatusException e -> new StatusRuntimeException(e.getStatus(), e.getTrailers());
      case CancellationException e ->
          Status.CANCELLED.withDescription("cancelled").asRuntimeException();
      case InterruptedException e ->
          Status.UNAVAILABLE.withDescription("the service is stopping").asRuntimeException();
      case Throwable other -> internal(other);
    };
  }

  /**
   * One line for people: the message, the fields at fault unless it names them, and when to try
   * again.
   */
  public static String describe(StatusRuntimeException e) {
    String description = e.getStatus().getDescription();
    StringBuilder line =
        new StringBuilder(
            description == null || description.isBlank()
                ? "the call ended with " + e.getStatus().getCode()
                : description.replaceAll("\\s*\\R\\s*", " "));
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    if (status != null) {
      status.getDetailsList().forEach(detail -> append(line, detail));
    }
    return line.toString();
  }

  private static void append(StringBuilder line, Any detail) {
    try {
      if (detail.is(BadRequest.class)) {
        for (BadRequest.FieldViolation violation :
            detail.unpack(BadRequest.class).getFieldViolationsList()) {
          if (line.indexOf(violation.getField()) < 0) {
            line.append(" (").append(violation.getField()).append(')');
          }
        }
      } else if (detail.is(RetryInfo.class)) {
        double seconds =
            Durations.toMillis(detail.unpack(RetryInfo.class).getRetryDelay()) / 1000.0;
        line.append("; try again in %.3g s".formatted(seconds));
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.debug("a status detail does not parse", e);
    }
  }

  private static StatusRuntimeException of(RequestException e) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.valueOf(e.kind().name()).value())
            .setMessage(e.getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder().setReason(e.kind().name()).setDomain(DOMAIN).build()));
    if (!e.field().isEmpty()) {
      status.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(e.field())
                          .setDescription(e.getMessage()))
                  .build()));
    }
    e.retryAfter()
        .ifPresent(
            delay ->
                status.addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(Durations.fromNanos(delay.toNanos()))
                            .build())));
    StatusRuntimeException failure = StatusProto.toStatusRuntimeException(status.build());
    e.retryAfter()
        .ifPresent(
            delay ->
                requireNonNull(failure.getTrailers())
                    .put(PUSHBACK, Long.toString(Math.max(1, delay.toMillis()))));
    return failure;
  }

  private static StatusRuntimeException internal(Throwable t) {
    String id = UUID.randomUUID().toString().substring(0, 8);
    LOG.errorf(t, "internal error %s", id);
    return Status.INTERNAL
        .withDescription("internal error " + id + "; the service's log tells more under this id")
        .asRuntimeException();
  }

  private static Throwable unwrapped(Throwable t) {
    Throwable cause = t;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
