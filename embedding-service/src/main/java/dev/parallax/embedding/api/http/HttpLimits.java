package dev.parallax.embedding.api.http;

import java.time.Duration;

/**
 * What may come in by HTTP.
 *
 * @param bodyBytes of one request, 1 or more
 * @param arrivingBytes of all bodies that are still arriving together, 1 or more
 * @param bodyTime from a request's headers to the end of its body, 1 ms or more
 * @param answerTime in which a caller has to take its answer, 1 ms or more
 */
public record HttpLimits(
    int bodyBytes, long arrivingBytes, Duration bodyTime, Duration answerTime) {
  public HttpLimits {
    if (bodyBytes < 1) {
      throw new IllegalArgumentException("bodyBytes is " + bodyBytes + "; allowed: 1 or more");
    }
    if (arrivingBytes < 1) {
      throw new IllegalArgumentException(
          "arrivingBytes is " + arrivingBytes + "; allowed: 1 or more");
    }
    if (bodyTime.toMillis() < 1) {
      throw new IllegalArgumentException("bodyTime is " + bodyTime + "; allowed: 1 ms or more");
    }
    if (answerTime.toMillis() < 1) {
      throw new IllegalArgumentException("answerTime is " + answerTime + "; allowed: 1 ms or more");
    }
  }
}
