package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.client.Attempts;
import dev.parallax.embedding.client.EmbeddingClient;
import dev.parallax.embedding.client.Embeddings;
import dev.parallax.embedding.client.InputImage;
import dev.parallax.embedding.client.ModelQuery;
import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.HttpCalls.Reply;
import dev.parallax.embedding.fixtures.LoggedLines;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.ListModelsRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
@TestProfile(ConnectionsTest.Impatient.class)
class ConnectionsTest {
  @Inject ValueRegistry values;
  @Inject OpenStreams streams;

  @TestHTTPResource("/q/health/")
  URI health;

  /** Everything observed; messages have to arrive within a second. */
  public static final class Impatient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parallax.embedding.connections.message-timeout", "1s",
          "parallax.embedding.connections.stream-timeout", "2s",
          "parallax.embedding.access-log", "true",
          "quarkus.otel.sdk.disabled", "false",
          "quarkus.otel.traces.exporter", "none",
          "quarkus.otel.bsp.export.timeout", "1s");
    }
  }

  /** Keeps what spans end. */
  @Singleton
  public static final class Spans implements SpanProcessor {
    private static final ConcurrentLinkedQueue<SpanData> ENDED = new ConcurrentLinkedQueue<>();

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      ENDED.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Test
  void aTrace_ledFromTheClient_showsDecodeQueueAndCompute() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + trace + "-b7ad6b7169203331-01");
    try (EmbeddingClient client =
        EmbeddingClient.builder()
            .target(target())
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build()) {
      client.embed("tiny", List.of(image(), image()));
    }
    for (String name : List.of("decode", "queue", "compute")) {
      SpanData span =
          Spans.ENDED.stream()
              .filter(ended -> ended.getTraceId().equals(trace) && ended.getName().equals(name))
              .findFirst()
              .orElseThrow();
      assertThat(span.getAttributes().get(AttributeKey.stringKey("parallax.model")))
          .isEqualTo("tiny");
      assertThat(span.getAttributes().get(AttributeKey.longKey("parallax.images"))).isEqualTo(2);
      assertThat(span.getEndEpochNanos()).isGreaterThanOrEqualTo(span.getStartEpochNanos());
      assertThat(span.getParentSpanId()).isNotEqualTo("0000000000000000");
    }
  }

  @Test
  void aTraceByHttp_showsTheSame() throws Exception {
    String trace = "1bf7651916cd43dd8448eb211c80319d";
    try (HttpCalls http = new HttpCalls(health.resolve("/"))) {
      byte[] file = TestImages.png(TINY.side(), TestImages.pixels(TINY.side(), 1));
      Reply reply =
          http.post(
              "v1/embeddings",
              "{\"model\": \"tiny\", \"input\": \"%s\"}"
                  .formatted(Base64.getEncoder().encodeToString(file)),
              "traceparent",
              "00-" + trace + "-b7ad6b7169203331-01");
      assertThat(reply.status()).isEqualTo(200);
    }
    for (String name : List.of("decode", "queue", "compute")) {
      assertThat(Spans.ENDED)
          .anySatisfy(
              ended -> {
                assertThat(ended.getTraceId()).isEqualTo(trace);
                assertThat(ended.getName()).isEqualTo(name);
                assertThat(ended.getAttributes().get(AttributeKey.longKey("parallax.version")))
                    .isEqualTo(1);
              });
    }
  }

  @Test
  void theAccessLog_hasOneLineForACall_andCannotBeForged() throws Exception {
    try (LoggedLines lines = new LoggedLines("parallax.access");
        EmbeddingClient client = EmbeddingClient.builder().target(target()).build()) {
      client.embed("tiny", List.of(image()));
      assertThat(lines.next())
          .startsWith(
              "client=127.0.0.1 method=parallax.embedding.v1.EmbeddingService/Embed model=tiny/1 images=1 bytes=")
          .contains(" status=OK ms=");
      var _ =
          catchThrowableOfType(
              RuntimeException.class,
              () -> client.embed("x\nclient=root status=OK", List.of(image())));
      assertThat(lines.next())
          .contains("model=x_client_root_status_OK/newest", "status=INVALID_ARGUMENT")
          .doesNotContain("\n");
    }
  }

  @Test
  void aHeaderListOfAMegabyte_isRefused_andTheServiceGoesOn() throws Exception {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(target()).usePlaintext().build();
    try {
      Metadata large = new Metadata();
      large.put(Metadata.Key.of("x-large", Metadata.ASCII_STRING_MARSHALLER), "a".repeat(1 << 20));
      var service =
          EmbeddingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
      StatusRuntimeException e =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  service
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large))
                      .listModels(ListModelsRequest.getDefaultInstance()));
      assertThat(e).isNotNull();
      assertThat(e.getStatus().getCode()).isNotEqualTo(io.grpc.Status.Code.DEADLINE_EXCEEDED);
      assertThat(service.listModels(ListModelsRequest.getDefaultInstance()).getModelsCount())
          .isPositive();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aMessageThatNeverArrives_endsItsCall() throws Exception {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), values.get(GrpcServer.GRPC_PORT))) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      frame(out, 4, 0, 0, new byte[0]);
      frame(out, 1, 4, 1, requestHeaders());
      // a message of 1,000 bytes is announced; three of them come
      frame(out, 0, 0, 1, new byte[] {0, 0, 0, 3, (byte) 0xe8, 1, 2, 3});
      out.flush();
      long started = System.nanoTime();
      // trailers: a HEADERS frame with END_STREAM (1) on the stream
      assertThat(awaitEnd(socket)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(8));
    }
    try (EmbeddingClient client = EmbeddingClient.builder().target(target()).build()) {
      assertThat(client.embed("tiny", List.of(image())).vectors()).hasNumberOfRows(1);
    }
  }

  @Test
  void aStreamThatSaysNothing_isEnded_andHoldsNoPlace() throws Exception {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(target()).usePlaintext().build();
    try {
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      EmbeddingServiceGrpc.newStub(channel)
          .embedStream(
              new StreamObserver<>() {
                @Override
                public void onNext(EmbedStreamResponse value) {}

                @Override
                public void onError(Throwable t) {
                  ended.complete(t);
                }

                @Override
                public void onCompleted() {
                  ended.cancel(false);
                }
              });
      assertThat(ended.get(10, TimeUnit.SECONDS))
          .hasMessageContaining("DEADLINE_EXCEEDED: no message arrived within 2.0 s");
      await().untilAsserted(() -> assertThat(streams.count()).isZero());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void liveness_doesNotDependOnLoad() throws Exception {
    List<InputImage> many = Collections.nCopies(256, image());
    try (EmbeddingClient client =
            EmbeddingClient.builder()
                .target(target())
                .attempts(new Attempts.Retrying(1, Duration.ofMillis(1), Duration.ofMillis(1)))
                .build();
        HttpClient http = HttpClient.newHttpClient()) {
      List<CompletableFuture<Embeddings>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(client.embedAsync(ModelQuery.of("tiny"), many));
      }
      HttpResponse<String> alive =
          http.send(
              HttpRequest.newBuilder(health.resolve("live")).timeout(Duration.ofSeconds(2)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(alive.statusCode()).isEqualTo(200);
      // of 10,240 images at once the queue has room for 1,024: most calls were refused
      long refused = 0;
      for (CompletableFuture<Embeddings> call : calls) {
        Throwable failure = call.handle((answer, t) -> t).get(20, TimeUnit.SECONDS);
        refused += failure == null ? 0 : 1;
      }
      assertThat(refused).isBetween(1L, 39L);
    }
  }

  private static boolean awaitEnd(Socket socket) throws Exception {
    var in = new java.io.DataInputStream(socket.getInputStream());
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      in.skipNBytes(length);
      if (stream == 1 && ((type == 1 && (flags & 1) == 1) || type == 3)) {
        return true;
      }
    }
  }

  private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload)
      throws Exception {
    DataOutputStream data = new DataOutputStream(out);
    data.writeByte(payload.length >> 16);
    data.writeShort(payload.length);
    data.writeByte(type);
    data.writeByte(flags);
    data.writeInt(stream);
    data.write(payload);
  }

  /** HPACK literals without indexing and without Huffman coding; RFC 7541, 6.2.2. */
  private static byte[] requestHeaders() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (String[] header :
        new String[][] {
          {":method", "POST"},
          {":scheme", "http"},
          {":path", "/parallax.embedding.v1.EmbeddingService/Embed"},
          {":authority", "127.0.0.1"},
          {"content-type", "application/grpc"},
          {"te", "trailers"}
        }) {
      block.write(0);
      for (String text : header) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return block.toByteArray();
  }

  @Test
  void clientsThatReconnect_leaveNothingBehind() throws Exception {
    reconnect(300);
    long before = heapAfterCollection();
    reconnect(2000);
    assertThat(heapAfterCollection() - before).isLessThan(8L << 20);
  }

  private void reconnect(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), values.get(GrpcServer.GRPC_PORT))) {
        OutputStream out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(out, 4, 0, 0, new byte[0]);
        frame(out, 1, 4, 1, requestHeaders());
        out.flush();
        // the service's settings
        assertThat(socket.getInputStream().read()).isNotNegative();
      }
    }
  }

  private static long heapAfterCollection() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(100);
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private String target() {
    return "127.0.0.1:" + values.get(GrpcServer.GRPC_PORT);
  }

  private static InputImage image() {
    return InputImage.pixels(TINY.side(), TINY.side(), TestImages.pixels(TINY.side(), 1));
  }
}
