package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.fixtures.LoggedLines;
import dev.parallax.embedding.fixtures.RawCalls;
import dev.parallax.embedding.fixtures.RawCalls.Ending;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.platform.grpc.BrokenConnections;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
@TestProfile(ForeignBytesTest.Talkative.class)
class ForeignBytesTest {
  private static final byte[] GARBAGE = HexFormat.of().parseHex("ffffffffffffffffff07");
  private static final String EMBED = EmbeddingServiceGrpc.SERVICE_NAME + "/Embed";
  private static final String EMBED_STREAM = EmbeddingServiceGrpc.SERVICE_NAME + "/EmbedStream";
  private static final String INFER = GRPCInferenceServiceGrpc.SERVICE_NAME + "/ModelInfer";
  private static final String INFER_STREAM =
      GRPCInferenceServiceGrpc.SERVICE_NAME + "/ModelStreamInfer";

  @Inject ValueRegistry values;
  @Inject OpenStreams streams;
  @Inject Gate gate;
  private ManagedChannel channel;

  /** Everything that looks at messages looks, and what is told briefly is told. */
  public static final class Talkative implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parallax.embedding.access-log",
          "true",
          "quarkus.otel.sdk.disabled",
          "false",
          "quarkus.otel.traces.exporter",
          "none",
          "quarkus.otel.bsp.export.timeout",
          "1s",
          "quarkus.log.category.\"" + BrokenConnections.class.getName() + "\".level",
          "DEBUG");
    }
  }

  @BeforeEach
  void connect() {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  private int port() {
    return values.get(GrpcServer.GRPC_PORT);
  }

  @Test
  void bytesThatAreNoMessage_areAnInvalidArgument_inBothServices() {
    for (String method :
        List.of(
            EMBED,
            EmbeddingServiceGrpc.SERVICE_NAME + "/GetModel",
            INFER,
            GRPCInferenceServiceGrpc.SERVICE_NAME + "/ModelMetadata",
            EMBED_STREAM,
            INFER_STREAM)) {
      Ending ending = RawCalls.call(channel, method, GARBAGE);
      assertThat(ending.status().getCode()).as(method).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(ending.status().getDescription())
          .isEqualTo(
              "the message is not what %s takes; allowed: protocol buffers as in its .proto file"
                  .formatted(method));
      assertThat(ending.answers()).isEmpty();
    }
    nothingIsHeld();
  }

  @Test
  void aStream_endsAtTheMessageThatIsNone() {
    byte[] embed =
        EmbedStreamRequest.newBuilder()
            .setId(7)
            .setRequest(
                EmbedRequest.newBuilder()
                    .setModel(ModelSelector.newBuilder().setModel("tiny"))
                    .addImages(TestImages.raw(TINY.side(), TestImages.pixels(TINY.side(), 1))))
            .build()
            .toByteArray();
    byte[] infer = ModelInferRequest.newBuilder().setModelName("tiny").build().toByteArray();
    for (Ending ending :
        List.of(
            RawCalls.call(channel, EMBED_STREAM, embed, GARBAGE, embed),
            RawCalls.call(channel, INFER_STREAM, infer, GARBAGE, infer))) {
      assertThat(ending.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(ending.answers()).hasSizeLessThanOrEqualTo(1);
    }
    nothingIsHeld();
  }

  private void nothingIsHeld() {
    await().untilAsserted(() -> assertThat(streams.count() + gate.calls()).isZero());
  }

  @Test
  void aMessageOverTheLimit_isResourceExhausted_inBothServices() {
    byte[] large = new byte[(16 << 20) + 1];
    for (String method : List.of(EMBED, EMBED_STREAM, INFER, INFER_STREAM)) {
      assertThat(RawCalls.call(channel, method, large).status().getCode())
          .as(method)
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
    nothingIsHeld();
  }

  @Test
  void connectionsThatDoNotSpeakHttp2_areALineEach_withoutAStackTrace() throws Exception {
    try (LoggedLines log = new LoggedLines("")) {
      List<byte[]> openings =
          List.of(
              "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII),
              "no protocol\r\n\u0001\u0002 that anybody knows, and more of it".getBytes(US_ASCII),
              // a TLS hello
              HexFormat.of().parseHex("1603010200010001fc0303".concat("5a".repeat(32))),
              // a preface, then what is no frame
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n________________________".getBytes(US_ASCII));
      for (byte[] opening : openings) {
        open(opening);
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(log.records())
                      .filteredOn(
                          entry -> entry.getLoggerName().equals(BrokenConnections.class.getName()))
                      .hasSize(openings.size())
                      .allMatch(entry -> entry.getLevel().intValue() < Level.INFO.intValue())
                      .allMatch(entry -> !entry.getMessage().contains("\n")));
      assertThat(log.records())
          .filteredOn(entry -> entry.getLoggerName().startsWith("io."))
          .filteredOn(entry -> entry.getLevel().intValue() >= Level.INFO.intValue())
          .isEmpty();
      assertThat(log.records()).allMatch(entry -> entry.getThrown() == null);
    }
  }

  /** Says these words and waits until the service closes. */
  private void open(byte[] words) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(words);
      socket.getOutputStream().flush();
      try {
        var _ = socket.getInputStream().readAllBytes();
      } catch (SocketException e) {
        // closed with a reset, as more was sent than read
      }
    }
  }
}
