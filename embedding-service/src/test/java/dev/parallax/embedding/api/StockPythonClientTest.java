package dev.parallax.embedding.api;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.embedding.fixtures.PythonClient;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skipped, and reported as skipped, where no Python with grpcio is. */
@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class StockPythonClientTest {
  private static final Path SCRIPT = Path.of("src/test/python/stock_client.py");

  @Inject ValueRegistry values;
  @TempDir Path directory;

  @Test
  void aClientWithoutOurCode_reflectsChecksHealthAndEmbeds() throws Exception {
    PythonClient.assumeGrpc(directory);
    byte[] pixels = TestImages.pixels(TINY.side(), 3);
    Path image = Files.write(directory.resolve("image.png"), TestImages.png(TINY.side(), pixels));

    String json =
        PythonClient.output(
            directory,
            SCRIPT,
            "127.0.0.1:" + values.get(GrpcServer.GRPC_PORT),
            "tiny",
            image.toString());
    Struct.Builder told = Struct.newBuilder();
    JsonFormat.parser().merge(json, told);

    assertThat(told.getFieldsOrThrow("services").getListValue().getValuesList())
        .extracting(Value::getStringValue)
        .contains("grpc.health.v1.Health", "parallax.embedding.v1.EmbeddingService");
    assertThat(told.getFieldsOrThrow("health").getNumberValue()).isEqualTo(1);
    assertThat(told.getFieldsOrThrow("version").getNumberValue()).isEqualTo(1);
    assertThat(told.getFieldsOrThrow("refused").getStringValue()).isEqualTo("INVALID_ARGUMENT");
    List<Value> vector = told.getFieldsOrThrow("vector").getListValue().getValuesList();
    try (Reference reference = new Reference(TINY)) {
      float[] expected = reference.embed(pixels);
      assertThat(vector).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(vector.get(i).getNumberValue())
            .isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }
}
