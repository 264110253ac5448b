package dev.parallax.embedding.api.http;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * A body on its way in, bounded in bytes and time. What arrives of one that was refused is thrown
 * away, so that its sender can finish and read why. Belongs to its event loop.
 */
final class ArrivingBody {
  private static final int FIRST_BYTES = 8192;

  private final HttpLimits limits;
  private final ArrivingBytes all;
  private final CompletableFuture<Body> whole = new CompletableFuture<>();
  private byte[] bytes = {};
  private int length;

  ArrivingBody(HttpLimits limits, ArrivingBytes all) {
    this.limits = limits;
    this.all = all;
  }

  /**
   * Begins to read, while the request is being started.
   *
   * @return fails with {@link HttpRefusal} (too large) or {@link RequestException}:
   *     RESOURCE_EXHAUSTED, CANCELLED
   */
  CompletableFuture<Body> read(HttpServerRequest request) {
    request.handler(this::arrived);
    request.endHandler(end -> done());
    request.exceptionHandler(gone -> refuse(goneAway()));
    long announced = announced(request);
    if (announced > limits.bodyBytes()) {
      refuse(HttpRefusal.tooLarge(Long.toString(announced), limits.bodyBytes()));
    } else if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      request.response().writeContinue();
    }
    request.resume();
    return whole;
  }

  /** The caller of a body that has not arrived whole is gone. */
  static RequestException goneAway() {
    return RequestException.of(Kind.CANCELLED, "the caller went away before its body had arrived");
  }

  /** -1: not announced. */
  private static long announced(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      // HTTP/1 has refused it already; what arrives is counted
      return -1;
    }
  }

  private void arrived(Buffer chunk) {
    if (whole.isDone()) {
      return;
    }
    if (chunk.length() > limits.bodyBytes() - length) {
      refuse(HttpRefusal.tooLarge("more than " + limits.bodyBytes(), limits.bodyBytes()));
      return;
    }
    try {
      all.add(chunk.length(), length);
    } catch (RequestException e) {
      refuse(e);
      return;
    }
    int end = length + chunk.length();
    if (end > bytes.length) {
      long roomy = Math.max(FIRST_BYTES, Math.max(end, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, (int) Math.min(roomy, limits.bodyBytes()));
    }
    chunk.getBytes(bytes, length);
    length = end;
  }

  private void done() {
    if (!whole.isDone()) {
      Body body = new Body(bytes, length);
      leave();
      whole.complete(body);
    }
  }

  /** Nothing more is wanted. */
  void refuse(RuntimeException why) {
    if (!whole.isDone()) {
      leave();
      whole.completeExceptionally(why);
    }
  }

  private void leave() {
    all.remove(length);
    bytes = new byte[0];
    length = 0;
  }
}
