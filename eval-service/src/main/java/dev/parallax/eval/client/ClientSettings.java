package dev.parallax.eval.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How the embedding service is called.
 *
 * @param target gRPC name of the service, for messages: {@code dns:///127.0.0.1:8001}
 * @param maxInFlight batches sent and not answered, 1 to 64
 * @param connectTimeout longest wait for a connection that was lost
 * @param answerTimeout longest wait for any answer while batches are in flight
 * @param retryFor longest time without any progress before the work fails
 * @param firstBackoff wait after the first refusal; doubles with each further one
 * @param maxBackoff longest such wait
 */
public record ClientSettings(
    String target,
    int maxInFlight,
    Duration connectTimeout,
    Duration answerTimeout,
    Duration retryFor,
    Duration firstBackoff,
    Duration maxBackoff) {

  public ClientSettings {
    requireNonNull(target, "target is null");
    if (maxInFlight < 1 || maxInFlight > 64) {
      throw new IllegalArgumentException("maxInFlight is " + maxInFlight + "; allowed: 1 to 64");
    }
    positive("connectTimeout", connectTimeout);
    positive("answerTimeout", answerTimeout);
    positive("retryFor", retryFor);
    positive("firstBackoff", firstBackoff);
    positive("maxBackoff", maxBackoff);
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: more than 0");
    }
  }
}
