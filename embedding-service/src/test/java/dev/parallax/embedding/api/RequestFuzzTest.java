package dev.parallax.embedding.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.CountingMonitor;
import dev.parallax.embedding.fixtures.RawCalls;
import dev.parallax.embedding.fixtures.RawCalls.Ending;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.GateLimits;
import dev.parallax.embedding.v1.DeleteAliasRequest;
import dev.parallax.embedding.v1.EmbedOptions;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.SetAliasRequest;
import dev.parallax.images.DecodeLimits;
import dev.parallax.model.v1.Alias;
import dev.parallax.platform.grpc.ErrorInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes a client sends as a message of any method: an answer or a status that says what is
 * wrong with them, never a fault of ours; and nothing stays behind. {@code benchmarks/fuzz/run}
 * looks for new inputs, the tests run those that are known.
 */
final class RequestFuzzTest {
  private static final int QUEUE = 16;

  /** What a request may be answered with; INTERNAL and UNKNOWN would be faults. */
  private static final Set<Status.Code> EXPECTED =
      EnumSet.of(
          Status.Code.OK,
          Status.Code.INVALID_ARGUMENT,
          Status.Code.NOT_FOUND,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.RESOURCE_EXHAUSTED);

  /** Methods that change nothing; the first byte of an input chooses one. */
  private static final List<String> READING =
      List.of("Embed", "EmbedStream", "ListModels", "GetModel", "ListAliases");

  private static final List<String> CHANGING =
      List.of("LoadModel", "UnloadModel", "SetAlias", "DeleteAlias");

  @TempDir Path root;
  private final Gate gate = new Gate(new GateLimits(10, 1 << 20, 1), new CountingMonitor());
  private final OpenStreams streams = new OpenStreams();
  private Bench bench;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    bench =
        new Bench(
            root,
            new BatchSettings(4, 1, QUEUE),
            Runnable::run,
            Runnable::run,
            1,
            new DecodeLimits(1 << 20, 512, 65_536));
    bench.repository.publish("m", new TinyModel(8, 4, 1));
    bench.catalog.refresh().join();
    String name = UUID.randomUUID().toString();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(
                new EmbeddingService(
                    bench.embedder, bench.catalog, gate, new StreamLimits(8, 1 << 20), streams))
            .intercept(new ErrorInterceptor())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    bench.close();
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void reading(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    String method = chosen(READING, input);
    byte[] message = Arrays.copyOfRange(input, 1, input.length);
    Ending ending = end(method, message);
    if (method.equals("Embed") && ending.status().isOk()) {
      EmbedRequest request = EmbedRequest.parseFrom(message);
      EmbedResponse response = EmbedResponse.parseFrom(ending.answers().getFirst());
      assertThat(response.getResultsCount()).isEqualTo(request.getImagesCount());
      response.getResultsList().stream()
          .filter(result -> result.hasError())
          .forEach(
              result ->
                  assertThat(result.getError().getMessage()).isNotBlank().doesNotContain("\n"));
    }
  }

  static Stream<byte[]> reading() {
    byte[] pixels = TestImages.pixels(8, 1);
    EmbedRequest embed =
        EmbedRequest.newBuilder()
            .setModel(ModelSelector.newBuilder().setModel("m"))
            .addImages(TestImages.raw(8, pixels))
            .addImages(TestImages.encoded(TestImages.png(8, pixels)))
            .addImages(TestImages.encoded(TestImages.jpeg(9, 1)))
            .addImages(TestImages.encoded(new byte[] {'G', 'I', 'F', '8'}))
            .addImages(Image.getDefaultInstance())
            .setOptions(EmbedOptions.newBuilder().setL2Normalize(true).setOutput("projection"))
            .build();
    return Stream.of(
        input(READING, "Embed", embed),
        input(
            READING,
            "Embed",
            EmbedRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setModel("m@stable").setVersion(-1))
                .addImages(TestImages.raw(1 << 30, new byte[3]))
                .build()),
        input(
            READING,
            "Embed",
            EmbedRequest.newBuilder()
                .setModel(
                    ModelSelector.newBuilder().setModel("m").setAlias("a").setRoutingKey("key"))
                .addAllImages(
                    IntStream.range(0, QUEUE).mapToObj(i -> TestImages.raw(8, pixels)).toList())
                .build()),
        input(
            READING,
            "EmbedStream",
            EmbedStreamRequest.newBuilder().setId(-1).setRequest(embed).build()),
        input(
            READING,
            "ListModels",
            ListModelsRequest.newBuilder().setPageSize(1).setPageToken("bS8x").build()),
        input(READING, "ListModels", ListModelsRequest.newBuilder().setPageSize(-1).build()),
        input(
            READING,
            "GetModel",
            GetModelRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setModel("m").setVersion(1))
                .build()),
        input(READING, "ListAliases", ListModelsRequest.getDefaultInstance()),
        new byte[] {0, (byte) 0xff},
        new byte[] {1, 0x0a, 0x7f});
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void changing(byte[] input) {
    if (input.length > 0) {
      end(chosen(CHANGING, input), Arrays.copyOfRange(input, 1, input.length));
    }
  }

  static Stream<byte[]> changing() {
    return Stream.of(
        input(
            CHANGING,
            "SetAlias",
            SetAliasRequest.newBuilder()
                .setModel("m")
                .setAlias(Alias.newBuilder().setName("canary").setVersion(1).setTrafficPercent(10))
                .build()),
        input(
            CHANGING,
            "DeleteAlias",
            DeleteAliasRequest.newBuilder().setModel("m").setAlias("canary").build()),
        input(CHANGING, "LoadModel", DeleteAliasRequest.newBuilder().setModel("m").build()),
        input(CHANGING, "UnloadModel", DeleteAliasRequest.newBuilder().setModel("m").build()),
        new byte[] {2, 0x12, 0x02, 0x08},
        new byte[] {0, (byte) 0xff});
  }

  private static byte[] input(List<String> methods, String method, MessageLite message) {
    return ByteString.copyFrom(new byte[] {(byte) methods.indexOf(method)})
        .concat(message.toByteString())
        .toByteArray();
  }

  private static String chosen(List<String> methods, byte[] input) {
    return methods.get((input[0] & 0xff) % methods.size());
  }

  private Ending end(String method, byte[] message) {
    Ending ending =
        RawCalls.call(channel, EmbeddingServiceGrpc.SERVICE_NAME + "/" + method, message);
    Status status = ending.status();
    assertThat(status.getCode()).as("%s: %s", method, status).isIn(EXPECTED);
    if (!status.isOk()) {
      assertThat(status.getDescription()).isNotBlank().doesNotContain("\n");
    }
    assertThat(gate.calls()).as("calls in flight").isZero();
    assertThat(streams.count()).as("open streams").isZero();
    assertThat(bench.batcher.admitted()).as("permits held").isZero();
    return ending;
  }
}
