package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import dev.parallax.embedding.client.EmbeddingClient;
import dev.parallax.embedding.client.InputImage;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.inference.DataType;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.ModelConfig;
import dev.parallax.inference.ModelConfigRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is off unless it is asked for. */
@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
@TestProfile(OptionalSettingsTest.Asked.class)
class OptionalSettingsTest {
  @Inject ValueRegistry values;

  @TestHTTPResource("/q/health/ready")
  URI ready;

  @TestHTTPResource("/q/metrics")
  URI metrics;

  /** A GPU that this build cannot use, and a megabyte of vectors. */
  public static final class Asked implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parallax.embedding.onnxruntime.providers", "cuda,cpu",
          "parallax.embedding.cache.max-bytes", "1M");
    }
  }

  @Test
  void anImageSentTwice_isAnsweredFromTheCache_whichMetricsTell() throws Exception {
    List<InputImage> image =
        List.of(InputImage.pixels(TINY.side(), TINY.side(), TestImages.pixels(TINY.side(), 1)));
    try (EmbeddingClient client =
        EmbeddingClient.builder().target("127.0.0.1:" + values.get(GrpcServer.GRPC_PORT)).build()) {
      assertThat(client.embed("tiny", image).vectors()[0])
          .isEqualTo(client.embed("tiny", image).vectors()[0]);
    }
    assertThat(get(metrics).lines())
        .contains(
            "parallax_embedding_cache_hits_total 1.0", "parallax_embedding_cache_misses_total 1.0")
        .anyMatch(line -> line.matches("parallax_embedding_cache_bytes [1-9].*"));
  }

  @Test
  void modelConfig_isWhatTritonsClientsAskFor() {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .usePlaintext()
            .build();
    try {
      ModelConfig config =
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .modelConfig(ModelConfigRequest.newBuilder().setName("tiny").build())
              .getConfig();
      assertThat(config.getName()).isEqualTo("tiny");
      assertThat(config.getMaxBatchSize()).isEqualTo(256);
      assertThat(config.hasDynamicBatching()).isTrue();
      assertThat(config.getResponseCache().getEnable()).isTrue();
      assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_UINT8);
      assertThat(config.getInput(0).getDimsList())
          .containsExactly((long) TINY.side(), (long) TINY.side(), 3L);
      assertThat(config.getOutput(0).getName()).isEqualTo("embedding");
      assertThat(config.getOutput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
      assertThat(config.getOutput(0).getDimsList()).containsExactly((long) TINY.size());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void health_tellsWhatComputes_andWhyOthersDoNot() throws Exception {
    assumeThat(OrtEnvironment.getAvailableProviders()).doesNotContain(OrtProvider.CUDA);
    assertThat(get(ready))
        .contains("\"provider\": \"cpu\"")
        .contains("\"provider cuda\": \"this build of ONNX Runtime has no CUDA provider\"");
  }

  @Test
  void metrics_tellWhatComputes_andWhyOthersDoNot() throws Exception {
    assumeThat(OrtEnvironment.getAvailableProviders()).doesNotContain(OrtProvider.CUDA);
    assertThat(get(metrics).lines())
        .filteredOn(line -> line.startsWith("parallax_embedding_provider_info{"))
        .containsExactlyInAnyOrder(
            "parallax_embedding_provider_info{provider=\"cpu\",reason=\"\",used=\"true\"} 1.0",
            "parallax_embedding_provider_info{provider=\"cuda\",reason=\"not_in_build\",used=\"false\"} 1.0");
  }

  private static String get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
