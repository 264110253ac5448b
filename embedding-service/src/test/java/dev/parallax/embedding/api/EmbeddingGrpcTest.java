package dev.parallax.embedding.api;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.rpc.BadRequest;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.v1.EmbedOptions;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import dev.parallax.embedding.v1.EncodedVector;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.ModelState;
import dev.parallax.embedding.v1.VectorEncoding;
import dev.parallax.platform.repository.StoredModel;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class EmbeddingGrpcTest {
  private static final int SIDE = TINY.side();

  @Inject ValueRegistry values;
  @Inject Gate gate;

  @TestHTTPResource("/q/")
  URI http;

  @ConfigProperty(name = "parallax.embedding.repository")
  Path root;

  private ManagedChannel channel;
  private EmbeddingServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .usePlaintext()
            .build();
    service = EmbeddingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void filesAndPixels_giveTheVectorsOfOnnxRuntime() throws Exception {
    byte[] pixels = TestImages.pixels(SIDE, 1);
    EmbedResponse response =
        service.embed(
            request(
                "tiny",
                TestImages.raw(SIDE, pixels),
                TestImages.encoded(TestImages.png(SIDE, pixels))));
    assertThat(response.getModel().getVersion()).isEqualTo(1);
    assertThat(response.getTimings().getComputeMs()).isPositive();
    try (Reference reference = new Reference(TINY)) {
      float[] expected = reference.embed(pixels);
      for (EmbedResult result : response.getResultsList()) {
        List<Float> vector = result.getVector().getValuesList();
        assertThat(vector).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
          assertThat(vector.get(i))
              .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
        }
      }
    }
  }

  @Test
  void encodings_areThoseOfTheSameVector() throws Exception {
    EmbedRequest request = request("tiny", raw(1));
    List<Float> values = service.embed(request).getResults(0).getVector().getValuesList();
    float largest = values.stream().map(Math::abs).max(Float::compare).orElseThrow();

    EncodedVector float16 = encoded(request, VectorEncoding.VECTOR_ENCODING_FLOAT16);
    EncodedVector int8 = encoded(request, VectorEncoding.VECTOR_ENCODING_INT8);
    EncodedVector binary = encoded(request, VectorEncoding.VECTOR_ENCODING_BINARY);

    assertThat(int8.getScale()).isEqualTo(largest / 127);
    assertThat(binary.getData().size()).isEqualTo(1);
    assertThat(List.of(float16, int8, binary))
        .extracting(EncodedVector::getDims)
        .containsOnly(values.size());
    var halves = float16.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.size(); i++) {
      float value = values.get(i);
      assertThat(Float.float16ToFloat(halves.getShort()))
          .isCloseTo(value, within(Math.abs(value) / 1024));
      assertThat(int8.getScale() * int8.getData().byteAt(i))
          .isCloseTo(value, within(0.51f * int8.getScale()));
      assertThat((binary.getData().byteAt(0) & (0x80 >> i)) != 0).isEqualTo(value > 0);
    }
  }

  private EncodedVector encoded(EmbedRequest request, VectorEncoding encoding) {
    EmbedRequest.Builder asked = request.toBuilder();
    asked.getOptionsBuilder().setEncoding(encoding);
    EncodedVector encoded = service.embed(asked.build()).getResults(0).getVector().getEncoded();
    assertThat(encoded.getEncoding()).isEqualTo(encoding);
    return encoded;
  }

  @Test
  void unknownEncodingsAndPriorities_areRefusedAndLeaveNothingInFlight() throws Exception {
    EmbedRequest.Builder encoding = request("tiny", raw(1)).toBuilder();
    encoding.getOptionsBuilder().setEncodingValue(9);
    assertStatus(
        encoding.build(),
        Status.Code.INVALID_ARGUMENT,
        "options.encoding is 9; allowed: FLOAT32 (1), FLOAT16 (2), INT8 (3) and BINARY (4)");
    EmbedRequest.Builder priority = request("tiny", raw(1)).toBuilder();
    priority.getOptionsBuilder().setPriority(6);
    assertStatus(
        priority.build(),
        Status.Code.INVALID_ARGUMENT,
        "options.priority is 6; allowed: 1 (highest) to 5, or 0 for the default");
    assertThat(gate.calls()).isZero();
  }

  @Test
  void badImages_haveErrorsOfTheirOwn() {
    byte[] jpeg = TestImages.jpeg(64, 1);
    EmbedResponse response =
        service.embed(
            request(
                "tiny",
                TestImages.encoded(jpeg),
                TestImages.encoded(new byte[0]),
                TestImages.encoded(Arrays.copyOf(jpeg, 200)),
                TestImages.encoded(hugePng()),
                TestImages.encoded("hello, I am a text".getBytes(StandardCharsets.UTF_8)),
                Image.getDefaultInstance(),
                TestImages.encoded(jpeg)));
    assertThat(response.getResultsList())
        .extracting(EmbedResult::hasVector)
        .containsExactly(true, false, false, false, false, false, true);
    for (int i = 1; i <= 5; i++) {
      assertThat(response.getResults(i).getError().getIndex()).isEqualTo(i);
      assertThat(response.getResults(i).getError().getMessage()).isNotBlank().doesNotContain("\n");
    }
  }

  /** The header of a PNG of 100,000 × 100,000 pixels. */
  private static byte[] hugePng() {
    byte[] png = TestImages.png(1, new byte[3]);
    for (int at : new int[] {16, 20}) {
      png[at] = 0;
      png[at + 1] = 1;
      png[at + 2] = (byte) 0x86;
      png[at + 3] = (byte) 0xA0;
    }
    return png;
  }

  @Test
  void badRequests_areRefusedWithTheFieldAndTheRemedy() throws Exception {
    assertStatus(request("nowhere", raw(1)), Status.Code.NOT_FOUND, "there is no model nowhere");
    assertStatus(request("../../etc/passwd", raw(1)), Status.Code.INVALID_ARGUMENT, "model.model");
    assertStatus(request("tiny"), Status.Code.INVALID_ARGUMENT, "allowed: 1 to 256 per request");
    EmbedRequest.Builder many = request("tiny").toBuilder();
    for (int i = 0; i < 257; i++) {
      many.addImages(raw(i));
    }
    assertStatus(many.build(), Status.Code.INVALID_ARGUMENT, "images has 257 entries");
    StatusRuntimeException e =
        assertStatus(
            request("tiny", raw(1)).toBuilder()
                .setOptions(EmbedOptions.newBuilder().setOutput("logits"))
                .build(),
            Status.Code.INVALID_ARGUMENT,
            "embedding, projection");
    BadRequest details =
        StatusProto.fromThrowable(e).getDetailsList().get(1).unpack(BadRequest.class);
    assertThat(details.getFieldViolations(0).getField()).isEqualTo("options.output");
  }

  @Test
  void aMessageOverTheLimit_isRefused_andTheServiceGoesOn() {
    byte[] large = new byte[(16 << 20) + 1];
    assertStatus(
        request("tiny", TestImages.encoded(large)), Status.Code.RESOURCE_EXHAUSTED, "exceeds");
    assertThat(service.embed(request("tiny", raw(1))).getResults(0).hasVector()).isTrue();
  }

  @Test
  void aMessageOver4MiB_isServed() {
    byte[] pixels = TestImages.pixels(1500, 1);
    assertThat(
            service.embed(request("tiny", TestImages.raw(1500, pixels))).getResults(0).hasVector())
        .isTrue();
  }

  @Test
  void aBrokenNewVersion_isTold_andTheOldOneServes() throws Exception {
    TestRepository repository = new TestRepository(root);
    TinyModel model = new TinyModel(8, 3, 7);
    repository.publish("fragile", model);
    StoredModel broken = repository.publish("fragile", model);
    Files.write(broken.onnx(), new byte[] {1, 2, 3});

    Model told =
        service.getModel(
            GetModelRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setModel("fragile").setVersion(2))
                .build());
    assertThat(told.getState()).isEqualTo(ModelState.MODEL_STATE_FAILED);
    assertThat(told.getReason()).contains("damaged");
    assertThat(service.embed(request("fragile", raw(1))).getModel().getVersion()).isEqualTo(1);
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> service.embed(request("fragile", raw(1)).toBuilder().setModel(told(2)).build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(get("health/ready").body()).contains("fragile/2", "failed");
  }

  private static ModelSelector told(long version) {
    return ModelSelector.newBuilder().setModel("fragile").setVersion(version).build();
  }

  @Test
  void models_areListedInPages() {
    TestRepository repository = new TestRepository(root);
    for (String name : List.of("pages-a", "pages-b", "pages-c")) {
      repository.publish(name, new TinyModel(8, 3, 7));
      service.embed(request(name, raw(1)));
    }
    ListModelsResponse all = service.listModels(ListModelsRequest.getDefaultInstance());
    ListModelsResponse first =
        service.listModels(ListModelsRequest.newBuilder().setPageSize(2).build());
    ListModelsResponse rest =
        service.listModels(
            ListModelsRequest.newBuilder().setPageToken(first.getNextPageToken()).build());
    assertThat(first.getModelsList()).hasSize(2);
    assertThat(
            java.util.stream.Stream.concat(
                first.getModelsList().stream(), rest.getModelsList().stream()))
        .containsExactlyElementsOf(all.getModelsList());
    StatusRuntimeException bad =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> service.listModels(ListModelsRequest.newBuilder().setPageToken("*").build()));
    assertThat(bad.getStatus().getDescription()).contains("page_token");
  }

  @Test
  void health_metricsAndReadiness_tellWhatRuns() throws Exception {
    service.embed(request("tiny", raw(1)));
    assertThat(health("")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(EmbeddingServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
    assertThat(health("models/tiny")).isEqualTo(ServingStatus.SERVING);
    assertThat(health("models/nowhere")).isEqualTo(ServingStatus.UNKNOWN);
    assertThat(get("health/ready").statusCode()).isEqualTo(200);
    assertThat(get("health/ready").body()).contains("tiny/1", "ready");
    assertThat(get("health/live").statusCode()).isEqualTo(200);
    assertThat(get("metrics").body())
        .contains("parallax_embedding_queue_seconds_bucket")
        .contains("parallax_embedding_decode_seconds_bucket")
        .contains("parallax_embedding_compute_seconds_bucket")
        .contains("parallax_embedding_batch_size_bucket{model=\"tiny\",le=\"16.0\"}")
        .contains("parallax_embedding_refused_total{reason=\"queue_full\"}")
        .contains("parallax_embedding_dropped_total{model=\"tiny\",reason=\"deadline\"}");
  }

  private ServingStatus health(String name) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(name).build())
        .getStatus();
  }

  private java.net.http.HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(http.resolve(path)).build(), BodyHandlers.ofString());
    }
  }

  private StatusRuntimeException assertStatus(
      EmbedRequest request, Status.Code code, String message) {
    StatusRuntimeException e =
        catchThrowableOfType(StatusRuntimeException.class, () -> service.embed(request));
    assertThat(e.getStatus().getCode()).isEqualTo(code);
    assertThat(e.getStatus().getDescription()).contains(message).doesNotContain("\n");
    return e;
  }

  private static Image raw(long seed) {
    return TestImages.raw(SIDE, TestImages.pixels(SIDE, seed));
  }

  private static EmbedRequest request(String model, Image... images) {
    return EmbedRequest.newBuilder()
        .setModel(ModelSelector.newBuilder().setModel(model))
        .addAllImages(Arrays.asList(images))
        .build();
  }
}
