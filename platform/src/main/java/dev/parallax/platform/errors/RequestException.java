package dev.parallax.platform.errors;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request that cannot be served, told in one line to the person who made it: what is wrong, and
 * what is allowed or what helps. The {@code api} packages translate it to a gRPC status; anything
 * else that is thrown is a fault of ours.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_VALUE_CHARS = 120;
  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.]{0,30}([eE]-?[0-9]{1,4})?");
  private static final int MAX_MESSAGE_CHARS = 2000;

  /** The gRPC code that a request ends with; the names are gRPC's. */
  public enum Kind {
    INVALID_ARGUMENT,
    NOT_FOUND,
    ALREADY_EXISTS,
    FAILED_PRECONDITION,
    RESOURCE_EXHAUSTED,
    UNAVAILABLE,
    UNAUTHENTICATED,
    PERMISSION_DENIED,
    DEADLINE_EXCEEDED,
    CANCELLED
  }

  private final Kind kind;
  private final String field;
  private final Duration retryAfter;

  private RequestException(
      Kind kind, String field, String message, Duration retryAfter, Throwable cause) {
    super(oneLine(requireNonNull(message, "message is null")), cause);
    this.kind = requireNonNull(kind, "kind is null");
    this.field = requireNonNull(field, "field is null");
    this.retryAfter = retryAfter;
  }

  /** {@code recipe.loss.nt_xent.temperature is -1; allowed: 0.001 to 10}. */
  public static RequestException invalid(String field, Object value, String allowed) {
    return new RequestException(
        Kind.INVALID_ARGUMENT,
        field,
        field + " is " + shown(value) + "; allowed: " + allowed,
        null,
        null);
  }

  /**
   * An INVALID_ARGUMENT on {@code field} whose message does not fit the form of {@link #invalid}.
   */
  public static RequestException invalidBecause(String field, String message) {
    return new RequestException(Kind.INVALID_ARGUMENT, field, message, null, null);
  }

  /** {@code what}: {@code "job abc"}; the message becomes {@code "there is no job abc"}. */
  public static RequestException notFound(String what) {
    return new RequestException(Kind.NOT_FOUND, "", "there is no " + what, null, null);
  }

  public static RequestException of(Kind kind, String message) {
    return new RequestException(kind, "", message, null, null);
  }

  public static RequestException of(Kind kind, String message, Throwable cause) {
    return new RequestException(kind, "", message, null, cause);
  }

  /** RESOURCE_EXHAUSTED or UNAVAILABLE with the time after which another attempt makes sense. */
  public static RequestException retryable(Kind kind, String message, Duration retryAfter) {
    return new RequestException(
        kind, "", message, requireNonNull(retryAfter, "retryAfter is null"), null);
  }

  public Kind kind() {
    return kind;
  }

  /** Path of the field at fault, {@code spec.recipe.loss}; empty when it is none. */
  public String field() {
    return field;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  private static String shown(Object value) {
    if (!(value instanceof CharSequence text)) {
      return String.valueOf(value);
    }
    if (text.isEmpty()) {
      return "empty";
    }
    if (NUMBER.matcher(text).matches()) {
      return text.toString();
    }
    return text.length() <= MAX_VALUE_CHARS
        ? "\"" + text + "\""
        : "\"" + text.subSequence(0, MAX_VALUE_CHARS) + "…\" (" + text.length() + " characters)";
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\s*\\R\\s*", " ").strip();
    return line.length() <= MAX_MESSAGE_CHARS
        ? line
        : line.substring(0, MAX_MESSAGE_CHARS - 1) + "…";
  }
}
