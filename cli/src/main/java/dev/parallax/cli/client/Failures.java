package dev.parallax.cli.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.RetryInfo;
import dev.parallax.cli.CliException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns the status of a call into one line and an exit code. */
final class Failures {
  private Failures() {}

  static CliException explained(StatusRuntimeException e, Peer peer) {
    String line = line(e);
    return switch (e.getStatus().getCode()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> CliException.usage(line);
      case UNAVAILABLE, DEADLINE_EXCEEDED -> CliException.unreachable(unreachable(e, peer), e);
      case UNIMPLEMENTED ->
          CliException.unreachable(
              "what listens on "
                  + peer.target()
                  + " is not a "
                  + peer.name()
                  + " ("
                  + line
                  + "); say where it is with "
                  + peer.option()
                  + " HOST:PORT",
              e);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          CliException.failure(
              "the "
                  + peer.name()
                  + " at "
                  + peer.target()
                  + " refused the call: "
                  + line
                  + "; set PARALLAX_TOKEN to its token",
              e);
      case RESOURCE_EXHAUSTED,
          OK,
          CANCELLED,
          UNKNOWN,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          ABORTED,
          INTERNAL,
          DATA_LOSS ->
          CliException.failure(line, e);
    };
  }

  /** The message, with the fields at fault as {@code field: message}, and when to try again. */
  static String line(StatusRuntimeException e) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    List<String> violations = new ArrayList<>();
    String retry = "";
    if (status != null) {
      for (Any detail : status.getDetailsList()) {
        try {
          if (detail.is(BadRequest.class)) {
            detail.unpack(BadRequest.class).getFieldViolationsList().stream()
                .map(Failures::line)
                .forEach(violations::add);
          } else if (detail.is(RetryInfo.class)) {
            double seconds =
                Durations.toMillis(detail.unpack(RetryInfo.class).getRetryDelay()) / 1e3;
            retry = String.format(Locale.ROOT, "; try again in %.3g s", seconds);
          }
        } catch (InvalidProtocolBufferException unreadable) {
          // The message says enough without the detail.
          retry = "";
        }
      }
    }
    return (violations.isEmpty() ? description(e.getStatus()) : String.join("; ", violations))
        + retry;
  }

  /** Our services put the field into the sentence; others may not. */
  private static String line(FieldViolation violation) {
    String description = oneLine(violation.getDescription());
    return description.startsWith(violation.getField())
        ? description
        : violation.getField() + ": " + description;
  }

  private static String description(Status status) {
    return status.getDescription() == null || status.getDescription().isBlank()
        ? "the call ended with " + status.getCode()
        : oneLine(status.getDescription());
  }

  private static String unreachable(StatusRuntimeException e, Peer peer) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    if (status != null && status.getDetailsCount() > 0) {
      return "the " + peer.name() + " at " + peer.target() + " says: " + line(e);
    }
    return "the "
        + peer.name()
        + " at "
        + peer.target()
        + " cannot be reached; start it with"
        + " 'parallax up', or say where it is with "
        + peer.option()
        + " HOST:PORT";
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
