package dev.parallax.embedding.api.inference;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.embedding.fixtures.PythonClient;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.ModelSelector;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skipped, and reported as skipped, where no Python with grpcio is. */
@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class StockInferenceClientTest {
  private static final Path SCRIPT = Path.of("src/test/python/oip_client.py");
  private static final String MODEL = "oip";

  @Inject ValueRegistry values;

  @ConfigProperty(name = "parallax.embedding.repository")
  Path root;

  @TempDir Path directory;

  @Test
  void aClientThatKnowsOnlyFieldNumbers_getsByEveryCallWhatOurOwnApiGives() throws Exception {
    PythonClient.assumeGrpc(directory);
    new TestRepository(root).publish(MODEL, TINY);
    byte[] pixels = TestImages.pixels(TINY.side(), 5);
    Path rgb = Files.write(directory.resolve("image.rgb"), pixels);
    Path png = Files.write(directory.resolve("image.png"), TestImages.png(TINY.side(), pixels));

    String json =
        PythonClient.output(
            directory,
            SCRIPT,
            "127.0.0.1:" + values.get(GrpcServer.GRPC_PORT),
            MODEL,
            Integer.toString(TINY.side()),
            rgb.toString(),
            png.toString());

    Struct.Builder told = Struct.newBuilder();
    JsonFormat.parser().merge(json, told);
    List<Float> vector =
        told.getFieldsOrThrow("embedding").getListValue().getValuesList().stream()
            .map(value -> (float) value.getNumberValue())
            .toList();
    assertThat(vector).isEqualTo(ownAnswer(pixels));
  }

  private List<Float> ownAnswer(byte[] pixels) {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .usePlaintext()
            .build();
    try {
      return EmbeddingServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .embed(
              EmbedRequest.newBuilder()
                  .setModel(ModelSelector.newBuilder().setModel(MODEL))
                  .addImages(TestImages.raw(TINY.side(), pixels))
                  .build())
          .getResults(0)
          .getVector()
          .getValuesList();
    } finally {
      channel.shutdownNow();
    }
  }
}
