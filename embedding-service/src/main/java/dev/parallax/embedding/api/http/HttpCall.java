package dev.parallax.embedding.api.http;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.access.Caller;
import dev.parallax.embedding.access.Credentials;
import dev.parallax.embedding.api.AccessLog;
import dev.parallax.embedding.api.CallRecord;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.platform.errors.RequestException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.opentelemetry.context.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** One request from its headers to its answer. */
final class HttpCall {
  /** Header with the milliseconds after which no answer is wanted. */
  static final String TIMEOUT = "X-Request-Timeout-Ms";

  private static final long MAX_TIMEOUT = Duration.ofDays(1).toMillis();
  private static final int UNAUTHENTICATED = 401;
  // RFC 9113, section 7
  private static final long CANCEL = 8;

  private final RoutingContext routing;
  private final Operation operation;
  private final HttpLimits limits;
  private final AccessLog log;
  private final CallRecord record;
  private final io.vertx.core.Context loop;
  private final Context trace = Context.current();
  private final AtomicBoolean ended = new AtomicBoolean();
  private CallLife life = CallLife.unbounded();
  private Caller caller;
  private long alarm = -1;
  private boolean over;
  private volatile Runnable release = () -> {};

  /**
   * @param limits a sender that was refused has the time of a body to finish
   */
  HttpCall(RoutingContext routing, Operation operation, HttpLimits limits, AccessLog log) {
    this.routing = routing;
    this.operation = operation;
    this.limits = limits;
    this.log = log;
    this.record = new CallRecord(operation.label(), address(routing.request()));
    this.loop = routing.vertx().getOrCreateContext();
  }

  /**
   * Lets the call in, on its event loop.
   *
   * @throws RequestException as {@link Access#admit}, and INVALID_ARGUMENT for a header
   */
  void admit(Access access) {
    caller =
        access.admit(
            new Credentials(
                Optional.ofNullable(routing.request().getHeader(HttpHeaders.AUTHORIZATION)),
                certificate(routing.request()),
                address(routing.request())),
            operation.rpc());
    record.client(caller.name());
    timeout().ifPresent(this::endAfter);
    routing.addEndHandler(
        end -> {
          if (end.failed()) {
            life.cancel();
          }
        });
  }

  private OptionalLong timeout() {
    String header = routing.request().getHeader(TIMEOUT);
    if (header == null) {
      return OptionalLong.empty();
    }
    try {
      long millis = Long.parseLong(header.strip());
      if (millis >= 1 && millis <= MAX_TIMEOUT) {
        return OptionalLong.of(millis);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw RequestException.invalid(
        TIMEOUT, header, "1 to %d milliseconds, or absent for none".formatted(MAX_TIMEOUT));
  }

  private void endAfter(long millis) {
    life = life.limitedTo(Duration.ofMillis(millis));
    // a timer that came early would be taken for the caller
    alarm = routing.vertx().setTimer(millis + 1, id -> life.cancel());
  }

  /** Address of the peer without its port. */
  private static String address(HttpServerRequest request) {
    return request.remoteAddress() == null || request.remoteAddress().hostAddress() == null
        ? "unknown"
        : request.remoteAddress().hostAddress();
  }

  /** Subject of the certificate that the peer showed and that was verified. */
  private static Optional<String> certificate(HttpServerRequest request) {
    SSLSession session = request.sslSession();
    if (session == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(session.getPeerPrincipal().getName());
    } catch (SSLPeerUnverifiedException e) {
      // it showed none
      return Optional.empty();
    }
  }

  RoutingContext routing() {
    return routing;
  }

  /** Of the path; empty where this one has none of that name. */
  String parameter(String name) {
    String value = routing.pathParam(name);
    return value == null ? "" : value;
  }

  CallLife life() {
    return life;
  }

  /** Once it was admitted. */
  Caller caller() {
    return caller;
  }

  CallRecord record() {
    return record;
  }

  /** The span that this call is. */
  Context trace() {
    return trace;
  }

  /** Runs {@code release} once, when the answer is out or nobody wants it. */
  void whenOver(Runnable release) {
    this.release = release;
  }

  /**
   * Answers, once, from any thread.
   *
   * @param failure null: there is an answer
   */
  void end(Answer answer, Throwable failure) {
    if (ended.compareAndSet(false, true)) {
      Failure told = failure == null ? null : Failure.of(failure);
      loop.runOnContext(v -> write(answer, told));
    }
  }

  private void write(Answer answer, Failure failure) {
    if (alarm >= 0) {
      routing.vertx().cancelTimer(alarm);
    }
    HttpServerResponse response = routing.response();
    if (response.closed() || response.ended()) {
      over("CANCELLED");
      return;
    }
    byte[] json = failure == null ? answer.json() : operation.errors().body(failure);
    response
        .setStatusCode(failure == null ? answer.status() : failure.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    if (failure != null) {
      explain(response, failure);
    }
    long untaken = routing.vertx().setTimer(limits.answerTime().toMillis(), id -> giveUp(response));
    response
        .end(Buffer.buffer(json))
        .onComplete(
            written -> {
              routing.vertx().cancelTimer(untaken);
              written(written.failed(), failure);
            });
  }

  /** What waits to be taken is thrown away, so that a caller holds no room by not reading. */
  private void giveUp(HttpServerResponse response) {
    over("CANCELLED");
    if (!(routing.request().connection() instanceof ConnectionBase connection)) {
      response.reset(CANCEL);
      return;
    }
    // Vert.x takes what it has queued for sent: it resets no such stream, closes no such connection
    ChannelHandlerContext channel = connection.channelHandlerContext();
    if (channel.handler() instanceof Http2ConnectionHandler http2) {
      var _ = http2.resetStream(channel, response.streamId(), CANCEL, channel.newPromise());
      channel.flush();
    } else {
      var _ = channel.close();
    }
  }

  private void written(boolean inVain, Failure failure) {
    over(inVain ? "CANCELLED" : failure == null ? "OK" : failure.name());
    HttpServerRequest request = routing.request();
    if (request.isEnded()) {
      return;
    }
    // refused before its body had arrived: what still comes is thrown away, for a while
    request.resume();
    if (failure != null && failure.status() == HttpRefusal.REQUEST_TIMEOUT) {
      abandon();
    } else {
      routing.vertx().setTimer(limits.bodyTime().toMillis(), id -> abandon());
    }
  }

  private static void explain(HttpServerResponse response, Failure failure) {
    if (failure.status() == UNAUTHENTICATED) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    failure
        .retryAfter()
        .ifPresent(
            wait -> {
              long millis = Math.max(1, wait.toMillis());
              response
                  .putHeader(
                      "Retry-After",
                      Long.toString(Math.ceilDiv(millis, TimeUnit.SECONDS.toMillis(1))))
                  .putHeader("Retry-After-Ms", Long.toString(millis));
            });
  }

  /** Ends what a sender that does not finish holds: the stream, or the connection of HTTP/1. */
  private void abandon() {
    if (routing.request().isEnded()) {
      return;
    }
    if (routing.request().version() == HttpVersion.HTTP_2) {
      routing.response().reset();
    } else {
      routing.request().connection().close();
    }
  }

  private void over(String status) {
    if (over) {
      return;
    }
    over = true;
    release.run();
    log.write(record, status);
  }
}
