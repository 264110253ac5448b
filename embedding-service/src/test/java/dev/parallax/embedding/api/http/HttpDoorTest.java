package dev.parallax.embedding.api.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.api.AccessLog;
import dev.parallax.embedding.api.CallSpans;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.HttpCalls.Reply;
import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.monitor.ServingMonitor.Drop;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.GateLimits;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door over real connections, before a service that computes when the test says so. */
final class HttpDoorTest {
  private static final int SIDE = 8;
  private static final int MAX_BODY = 4096;
  // more than the buffers of a connection take
  private static final int LARGE = 32 << 20;

  @TempDir Path root;
  private final ManualExecutor compute = new ManualExecutor();
  private final ExecutorService workers = Executors.newSingleThreadExecutor();
  private final Vertx vertx = Vertx.vertx();
  private Bench bench;
  private Gate gate;
  private HttpDoor door;
  private HttpServer server;
  private HttpCalls http;

  @BeforeEach
  void open() {
    bench = new Bench(root, new BatchSettings(16, 1, 8), compute, Runnable::run, 1);
    bench.repository.publish("m", new TinyModel(SIDE, 4, 1));
    bench.catalog.refresh().join();
  }

  private void serve(Duration bodyTime, int arrivingBytes) throws Exception {
    serve(new HttpLimits(MAX_BODY, arrivingBytes, bodyTime, Duration.ofMinutes(5)));
  }

  private void serve(HttpLimits limits) throws Exception {
    gate = new Gate(new GateLimits(4, MAX_BODY, 4), bench.monitor);
    Access access = new Access(List.of(), Optional.empty(), 10, bench.monitor);
    door = new HttpDoor(access, gate, workers, limits, Hosts.LOCAL, new AccessLog(false));
    Router router = Router.router(vertx);
    BrokenRequests.addTo(router);
    door.routeBody(
        router,
        Operation.openAi(HttpMethod.POST, "/large", "Embed"),
        (call, body) -> CompletableFuture.completedFuture(Answer.ok(new byte[LARGE])));
    new OpenAiRoutes(
            door,
            access,
            bench.embedder,
            bench.catalog,
            new CallSpans(OpenTelemetry.noop().getTracer("none")))
        .addTo(router);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    http = new HttpCalls(URI.create("http://127.0.0.1:" + server.actualPort() + "/"));
  }

  @AfterEach
  void close() throws Exception {
    http.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    workers.shutdown();
    bench.close();
  }

  @Test
  void aCallerThatGoesAway_cancelsItsCall_andFreesItsRoom() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    try (Socket socket = connection()) {
      send(socket, headers(body().length()) + body());
      await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isEqualTo(1));
      assertThat(gate.calls()).isEqualTo(1);
    }
    // nothing was computed
    await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isZero());
    await().untilAsserted(() -> assertThat(gate.calls()).isZero());
    assertThat(bench.monitor.drops).containsExactly(Drop.CANCELLED);
    compute.runAll();
    assertThat(bench.monitor.batches).isEmpty();
  }

  @Test
  void aDeadlineThatPasses_endsTheCall_andFreesItsRoom() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    Reply reply = http.post("v1/embeddings", body(), HttpCall.TIMEOUT, "20");
    assertThat(reply.status()).isEqualTo(504);
    await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isZero());
    await().untilAsserted(() -> assertThat(gate.calls()).isZero());
  }

  @Test
  void aBodyThatNeverArrives_endsItsCall_andItsConnection() throws Exception {
    serve(Duration.ofMillis(200), MAX_BODY);
    try (Socket socket = connection()) {
      send(socket, headers(body().length()) + "{");
      BufferedReader in = reader(socket);
      assertThat(in.readLine()).startsWith("HTTP/1.1 408");
      assertThat(in.lines().toList()).last().asString().contains("did not arrive within 0.2 s");
    }
    await().untilAsserted(() -> assertThat(door.arriving().now()).isZero());
  }

  @Test
  void bodiesThatArriveTogether_areBoundedByWhatCame_notByWhatWasAnnounced() throws Exception {
    serve(Duration.ofMinutes(5), 100);
    try (Socket first = connection();
        Socket second = connection()) {
      send(first, headers(MAX_BODY));
      send(second, headers(MAX_BODY) + "{" + " ".repeat(79));
      await().untilAsserted(() -> assertThat(door.arriving().now()).isEqualTo(80));
      Reply reply = http.post("v1/embeddings", "{" + " ".repeat(40));
      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.header("retry-after")).isEqualTo("1");
      assertThat(reply.openAiError().getString("message")).contains("bytes are arriving");
    }
    await().untilAsserted(() -> assertThat(door.arriving().now()).isZero());
    // a single one may be larger
    CompletableFuture<Integer> answer = status(body());
    await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isEqualTo(1));
    computeEverything();
    assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(200);
  }

  @Test
  void aCallerThatWaitsForPermission_getsIt_orIsRefusedBeforeItSends() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    try (Socket socket = connection()) {
      send(socket, headers(body().length(), "Expect: 100-continue\r\n"));
      BufferedReader in = reader(socket);
      assertThat(in.readLine()).startsWith("HTTP/1.1 100");
      send(socket, body());
      await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isEqualTo(1));
      computeEverything();
      assertThat(in.readLine()).isEmpty();
      assertThat(in.readLine()).startsWith("HTTP/1.1 200");
    }
    try (Socket socket = connection()) {
      send(socket, headers(MAX_BODY + 1, "Expect: 100-continue\r\n"));
      assertThat(reader(socket).readLine()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void tooMuchInFlight_isRefused_andAServiceThatStopsSaysSo() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    List<CompletableFuture<Integer>> answers =
        List.of(status(body()), status(body()), status(body()), status(body()));
    await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isEqualTo(4));
    Reply full = http.post("v1/embeddings", body());
    assertThat(full.status()).isEqualTo(429);
    assertThat(full.openAiError().getString("message")).contains("are in flight");

    gate.stop();
    assertThat(http.post("v1/embeddings", body()).status()).isEqualTo(503);
    // what was accepted is answered
    computeEverything();
    for (CompletableFuture<Integer> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(200);
    }
  }

  /** Until no call is left; an image is admitted before it is in the queue. */
  private void computeEverything() {
    await()
        .untilAsserted(
            () -> {
              compute.runAll();
              assertThat(gate.calls()).isZero();
            });
  }

  @Test
  void http2_cancelsAStreamAlone() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpCalls second = new HttpCalls(client, http.root());
      assertThat(second.get("v1/models").status()).isEqualTo(200);
      CompletableFuture<?> call =
          client.sendAsync(
              second
                  .request("v1/embeddings", "Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body()))
                  .build(),
              BodyHandlers.ofString());
      await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isEqualTo(1));
      call.cancel(true);
      await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isZero());
      assertThat(second.get("v1/models").response().version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
  }

  @Test
  void http2_anAnswerThatNobodyTakes_endsItsStream_andFreesItsRoom() throws Exception {
    serve(new HttpLimits(MAX_BODY, MAX_BODY, Duration.ofMinutes(5), Duration.ofMillis(100)));
    HttpClientOptions noRoom =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(0));
    CompletableFuture<Buffer> answer =
        vertx
            .createHttpClient(noRoom)
            .request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/v1/embeddings")
            .compose(request -> request.putHeader("Content-Type", "application/json").send(body()))
            .compose(HttpClientResponse::body)
            .toCompletionStage()
            .toCompletableFuture();
    await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isEqualTo(1));
    assertThat(gate.calls()).isEqualTo(1);
    computeEverything();
    assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void http1_anAnswerThatNobodyTakes_endsItsConnection_andFreesItsRoom() throws Exception {
    serve(new HttpLimits(MAX_BODY, MAX_BODY, Duration.ofMinutes(5), Duration.ofMillis(100)));
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.setSoTimeout(60_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
      send(socket, headers(2).replace("/v1/embeddings", "/large") + "{}");
      // its headers; the rest is left
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      await().untilAsserted(() -> assertThat(gate.calls()).isZero());
      assertThat(restOf(socket)).isLessThan(LARGE);
    }
  }

  /** Bytes that still come until the connection ends. */
  private static long restOf(Socket socket) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    for (int n = 0; n >= 0; n = read(socket, buffer)) {
      bytes += n;
    }
    return bytes;
  }

  private static int read(Socket socket, byte[] buffer) throws IOException {
    try {
      return socket.getInputStream().read(buffer);
    } catch (SocketException e) {
      // reset
      return -1;
    }
  }

  @Test
  void aDeadline_boundsTheBodyToo() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    try (Socket socket = connection()) {
      send(socket, headers(body().length(), HttpCall.TIMEOUT + ": 50\r\n") + "{");
      BufferedReader in = reader(socket);
      assertThat(in.readLine()).startsWith("HTTP/1.1 504");
    }
    await().untilAsserted(() -> assertThat(door.arriving().now()).isZero());
  }

  @Test
  void whatPagesOfOtherSitesCanSend_isRefused() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    Reply untyped =
        http.send(http.request("v1/embeddings").POST(BodyPublishers.ofString(body())).build());
    assertThat(untyped.status()).isEqualTo(415);
    assertThat(untyped.openAiError().getString("message"))
        .isEqualTo("content-type is absent; allowed: application/json");
    for (String host : List.of("localhost", "LOCALHOST:80", "127.0.0.1:8000", "[::1]:8000")) {
      assertThat(get("Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 200");
    }
    for (String host : List.of("a.example", "a.example:80", "localhost.a.example", "10.0.0.1")) {
      assertThat(get("Host: " + host + "\r\n"))
          .as(host)
          .startsWith("HTTP/1.1 421")
          .contains("allowed without a token: localhost, 127.0.0.1, [::1]");
    }
  }

  @Test
  void aRequestWithoutAHost_isRefusedInOneLine() throws Exception {
    serve(Duration.ofMinutes(5), MAX_BODY);
    assertThat(get(""))
        .startsWith("HTTP/1.1 400")
        .contains("{\"error\":{\"message\":\"the request is not HTTP that is taken here: ")
        .contains("Host")
        .contains("\"code\":\"bad_request\"");
  }

  /** The whole answer. */
  private String get(String headers) throws IOException {
    try (Socket socket = connection()) {
      send(socket, "GET /v1/models HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private CompletableFuture<Integer> status(String body) {
    return http.client()
        .sendAsync(
            http.request("v1/embeddings", "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString())
        .thenApply(response -> response.statusCode());
  }

  private Socket connection() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String headers(int length) {
    return headers(length, "");
  }

  private static String headers(int length, String more) {
    return "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
        .formatted(length, more);
  }

  private static String body() {
    return "{\"model\": \"m\", \"input\": \"%s\"}"
        .formatted(
            Base64.getEncoder().encodeToString(TestImages.png(SIDE, TestImages.pixels(SIDE, 1))));
  }
}
