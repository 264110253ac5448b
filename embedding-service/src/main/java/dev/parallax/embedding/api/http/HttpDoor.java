package dev.parallax.embedding.api.http;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.api.AccessLog;
import dev.parallax.embedding.monitor.ServingMonitor.Drop;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.Gate.Pass;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * What all calls that come by HTTP have in common: who may call, what may come in, and that event
 * loops do nothing that takes time. Thread-safe.
 */
public final class HttpDoor {
  private static final Pattern JSON =
      Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

  /** Work of a call without a body; may throw {@link RequestException}. */
  interface Work {
    CompletableFuture<Answer> of(HttpCall call);
  }

  /** Work of a call with a body; may throw {@link RequestException}. */
  interface BodyWork {
    CompletableFuture<Answer> of(HttpCall call, Body body);
  }

  private final Access access;
  private final Gate gate;
  private final Executor workers;
  private final HttpLimits limits;
  private final Hosts hosts;
  private final AccessLog log;
  private final ArrivingBytes arriving;

  /**
   * @param workers read bodies and write answers
   */
  public HttpDoor(
      Access access, Gate gate, Executor workers, HttpLimits limits, Hosts hosts, AccessLog log) {
    this.access = requireNonNull(access, "access is null");
    this.gate = requireNonNull(gate, "gate is null");
    this.workers = requireNonNull(workers, "workers is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.hosts = requireNonNull(hosts, "hosts is null");
    this.log = requireNonNull(log, "log is null");
    this.arriving = new ArrivingBytes(limits.arrivingBytes());
  }

  Executor workers() {
    return workers;
  }

  ArrivingBytes arriving() {
    return arriving;
  }

  /** Answers an operation that has no body. */
  void route(Router router, Operation operation, Work work) {
    add(
        router,
        operation,
        call -> {
          call.routing().request().resume();
          return gate.admit(0, () -> work.of(call));
        });
  }

  /**
   * Answers an operation that has a JSON body.
   *
   * @param work runs on the workers
   */
  void routeBody(Router router, Operation operation, BodyWork work) {
    add(router, operation, call -> read(call).thenCompose(body -> work(call, body, work)));
  }

  private void add(Router router, Operation operation, Work work) {
    router
        .route(operation.method(), operation.path())
        .handler(routing -> serve(call(routing, operation), work));
  }

  private HttpCall call(RoutingContext routing, Operation operation) {
    return new HttpCall(routing, operation, limits, log);
  }

  private void serve(HttpCall call, Work work) {
    CompletableFuture<Answer> answer;
    try {
      hosts.check(call.routing().request());
      call.admit(access);
      answer = work.of(call);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var _ = answer.whenComplete(call::end);
  }

  /** Refuses whatever else is asked for under a prefix. */
  void routeRest(Router router, List<Operation> operations, String prefix, ErrorFormat errors) {
    Map<String, String> methods = new TreeMap<>();
    operations.forEach(
        operation ->
            methods.merge(operation.path(), operation.method().name(), (a, b) -> a + ", " + b));
    methods.forEach(
        (path, allowed) ->
            router
                .route(path)
                .handler(
                    routing ->
                        refuse(
                            routing,
                            errors,
                            HttpRefusal.wrongMethod(
                                routing.request().method().name(), path, allowed))));
    router
        .route(prefix + "/*")
        .handler(
            routing ->
                refuse(
                    routing,
                    errors,
                    HttpRefusal.noSuchPath(
                        routing.request().method().name(), routing.request().path())));
  }

  private void refuse(RoutingContext routing, ErrorFormat errors, HttpRefusal why) {
    call(routing, Operation.unknown(errors)).end(null, why);
  }

  private CompletableFuture<Body> read(HttpCall call) {
    HttpServerRequest request = call.routing().request();
    requireJson(request.getHeader(HttpHeaders.CONTENT_TYPE));
    ArrivingBody body = new ArrivingBody(limits, arriving);
    Vertx vertx = call.routing().vertx();
    long millis = limits.bodyTime().toMillis();
    long timer = vertx.setTimer(millis, id -> body.refuse(HttpRefusal.lateBody(millis / 1000.0)));
    Runnable forget = call.life().onCancel(() -> body.refuse(whyOver(call.life())));
    return body.read(request)
        .whenComplete(
            (whole, failure) -> {
              vertx.cancelTimer(timer);
              forget.run();
            });
  }

  private static RequestException whyOver(CallLife life) {
    return life.over().equals(Optional.of(Drop.DEADLINE))
        ? RequestException.of(
            Kind.DEADLINE_EXCEEDED, "the deadline passed before the body had arrived")
        : ArrivingBody.goneAway();
  }

  /**
   * A type that pages of other sites cannot send without asking first; none at all they can send.
   */
  private static void requireJson(String type) {
    if (type == null || !JSON.matcher(type).matches()) {
      throw HttpRefusal.wrongType(type);
    }
  }

  private CompletableFuture<Answer> work(HttpCall call, Body body, BodyWork work) {
    call.record().arrived(body.length());
    Pass pass = gate.enter(body.length());
    call.whenOver(pass::close);
    return CompletableFuture.completedFuture(body)
        .thenComposeAsync(whole -> work.of(call, whole), workers);
  }
}
