package dev.parallax.embedding.api.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Answers what the router itself refuses, as a request without a host, like all other refusals. */
public final class BrokenRequests {
  private static final int CLIENT_ERRORS = 400;
  private static final int SERVER_ERRORS = 500;

  private BrokenRequests() {}

  /** To be called once, before what else the router leads to. */
  public static void addTo(Router router) {
    router.route("/v1/*").failureHandler(routing -> answer(routing, ErrorFormat.OPENAI));
    router.route().failureHandler(routing -> answer(routing, ErrorFormat.OPEN_INFERENCE));
  }

  private static void answer(RoutingContext routing, ErrorFormat errors) {
    HttpServerResponse response = routing.response();
    int status = routing.statusCode();
    if (status < CLIENT_ERRORS || status >= SERVER_ERRORS || response.headWritten()) {
      routing.next();
      return;
    }
    String why =
        Optional.ofNullable(routing.failure())
            .map(Throwable::getMessage)
            .orElse("it does not parse");
    Failure failure = Failure.of(HttpRefusal.broken(status, why));
    response
        .setStatusCode(failure.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(Buffer.buffer(errors.body(failure)))
        .onComplete(written -> leave(routing.request()));
  }

  /** Nobody knows what else such a sender sends. */
  private static void leave(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      request.connection().close();
    }
  }
}
