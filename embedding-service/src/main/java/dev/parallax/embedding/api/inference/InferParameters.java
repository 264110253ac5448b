package dev.parallax.embedding.api.inference;

import dev.parallax.embedding.batching.Priority;
import dev.parallax.inference.InferParameter;
import dev.parallax.platform.errors.RequestException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request that mean something here; others are ignored, as the protocol allows.
 *
 * @param timeout after which no answer is wanted; empty: none
 * @param l2Normalize scale every vector to unit length
 */
record InferParameters(Priority priority, Optional<Duration> timeout, boolean l2Normalize) {
  private static final String PRIORITY = "priority";
  private static final String TIMEOUT = "timeout";
  private static final String L2_NORMALIZE = "l2_normalize";
  private static final long MAX_MICROS = Duration.ofDays(1).toNanos() / 1000;

  /**
   * @throws RequestException INVALID_ARGUMENT
   */
  static InferParameters of(Map<String, InferParameter> parameters) {
    return new InferParameters(
        priority(parameters), timeout(parameters), l2Normalize(parameters.get(L2_NORMALIZE)));
  }

  private static Priority priority(Map<String, InferParameter> parameters) {
    long level =
        integer(
            parameters,
            PRIORITY,
            Priority.LOWEST,
            "1 (highest) to %d, or 0 for the default".formatted(Priority.LOWEST));
    return level == 0 ? Priority.DEFAULT : new Priority((int) level);
  }

  private static Optional<Duration> timeout(Map<String, InferParameter> parameters) {
    long micros =
        integer(
            parameters,
            TIMEOUT,
            MAX_MICROS,
            "1 to %d microseconds, or 0 for none".formatted(MAX_MICROS));
    return micros == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(micros * 1000));
  }

  private static long integer(
      Map<String, InferParameter> parameters, String name, long max, String allowed) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return 0;
    }
    return switch (parameter.getParameterChoiceCase()) {
      case INT64_PARAM -> ranged(name, parameter.getInt64Param(), max, allowed);
      // beyond the range of a long it is negative, and refused
      case UINT64_PARAM -> ranged(name, parameter.getUint64Param(), max, allowed);
      case BOOL_PARAM, STRING_PARAM, DOUBLE_PARAM, PARAMETERCHOICE_NOT_SET ->
          throw unfit(name, parameter, "an integer, " + allowed);
    };
  }

  private static long ranged(String name, long value, long max, String allowed) {
    if (value < 0 || value > max) {
      throw RequestException.invalid("parameters." + name, value, allowed);
    }
    return value;
  }

  private static boolean l2Normalize(InferParameter parameter) {
    if (parameter == null) {
      return false;
    }
    if (!parameter.hasBoolParam()) {
      throw unfit(L2_NORMALIZE, parameter, "true or false");
    }
    return parameter.getBoolParam();
  }

  private static RequestException unfit(String name, InferParameter parameter, String allowed) {
    return RequestException.invalid("parameters." + name, shown(parameter), allowed);
  }

  /** The value, for a message. */
  static Object shown(InferParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> parameter.getBoolParam();
      case INT64_PARAM -> parameter.getInt64Param();
      case STRING_PARAM -> parameter.getStringParam();
      case DOUBLE_PARAM -> parameter.getDoubleParam();
      case UINT64_PARAM -> Long.toUnsignedString(parameter.getUint64Param());
      case PARAMETERCHOICE_NOT_SET -> "";
    };
  }
}
