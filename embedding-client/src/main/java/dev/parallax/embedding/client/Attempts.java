package dev.parallax.embedding.client;

import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How often a call is made before its failure is told. All attempts of a call share its deadline.
 */
public sealed interface Attempts {
  /**
   * Failed calls to one address after which nothing is attempted again, and how fast that heals.
   */
  Map<String, Object> BUDGET = Map.of("maxTokens", 100.0, "tokenRatio", 0.5);

  /**
   * Attempts one after the other, when an instance is UNAVAILABLE or answers RESOURCE_EXHAUSTED.
   * The wait is what the service asks for, or else random up to a time that doubles.
   *
   * @param attempts in all, 1 to 5; 1: no retry
   * @param firstBackoff longest wait before the second attempt
   * @param maxBackoff longest wait before any attempt
   */
  record Retrying(int attempts, Duration firstBackoff, Duration maxBackoff) implements Attempts {
    public Retrying {
      check(attempts);
      positive("firstBackoff", firstBackoff);
      positive("maxBackoff", maxBackoff);
    }
  }

  /**
   * Attempts side by side: another instance is asked when the first has not answered within {@code
   * delay}; the first answer counts. Costs compute for a shorter tail.
   *
   * @param attempts in all, 2 to 5
   * @param delay before the next attempt; about the 95th percentile of the answer times
   */
  record Hedged(int attempts, Duration delay) implements Attempts {
    public Hedged {
      check(attempts);
      if (attempts < 2) {
        throw new IllegalArgumentException("attempts is " + attempts + "; allowed: 2 to 5");
      }
      positive("delay", delay);
    }
  }

  /** Four attempts, waits up to 0.1, 0.2 and 0.4 seconds. */
  static Attempts standard() {
    return new Retrying(4, Duration.ofMillis(100), Duration.ofSeconds(5));
  }

  private static void check(int attempts) {
    if (attempts < 1 || attempts > 5) {
      throw new IllegalArgumentException("attempts is " + attempts + "; allowed: 1 to 5");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: more than 0");
    }
  }

  /**
   * The service config for a channel, after gRPC's service_config.proto: round robin over the
   * instances whose health says SERVING, these attempts for unary calls, and a budget for all.
   */
  static Map<String, Object> serviceConfig(Attempts attempts, boolean waitForReady) {
    String service = EmbeddingServiceGrpc.SERVICE_NAME;
    List<String> codes = List.of("UNAVAILABLE", "RESOURCE_EXHAUSTED");
    Map<String, Object> unary = new java.util.HashMap<>();
    unary.put(
        "name",
        List.of(
            Map.of("service", service, "method", "Embed"),
            Map.of("service", service, "method", "ListModels"),
            Map.of("service", service, "method", "GetModel")));
    unary.put("waitForReady", waitForReady);
    switch (attempts) {
      case Retrying(int most, Duration first, Duration max) -> {
        if (most > 1) {
          unary.put(
              "retryPolicy",
              Map.of(
                  "maxAttempts",
                  (double) most,
                  "initialBackoff",
                  seconds(first),
                  "maxBackoff",
                  seconds(max),
                  "backoffMultiplier",
                  2.0,
                  "retryableStatusCodes",
                  codes));
        }
      }
      case Hedged(int most, Duration delay) ->
          unary.put(
              "hedgingPolicy",
              Map.of(
                  "maxAttempts",
                  (double) most,
                  "hedgingDelay",
                  seconds(delay),
                  "nonFatalStatusCodes",
                  codes));
    }
    return Map.of(
        "loadBalancingConfig", List.of(Map.of("round_robin", Map.of())),
        "healthCheckConfig", Map.of("serviceName", service),
        "retryThrottling", BUDGET,
        "methodConfig", List.of(unary));
  }

  private static String seconds(Duration value) {
    return String.format(Locale.ROOT, "%d.%09ds", value.toSeconds(), value.toNanosPart());
  }
}
