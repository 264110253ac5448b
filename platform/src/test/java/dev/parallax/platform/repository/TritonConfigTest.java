package dev.parallax.platform.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TritonConfigTest {
  private static final Manifest SIMCLR =
      Manifest.newBuilder()
          .setModel("simclr")
          .setEmbeddingSize(512)
          .addInputs(spec("image", "UINT8", -1, 32, 32, 3))
          .addOutputs(spec("embedding", "FP32", -1, 512))
          .addOutputs(spec("projection", "FP32", -1, 128))
          .build();

  @TempDir Path root;

  @Test
  void aModelWithADynamicBatch_isBatchedByTriton() throws IOException {
    ModelRepository repository = new ModelRepository(root.resolve("models"));
    Path onnx = Files.write(root.resolve("exported.onnx"), new byte[] {1});
    repository.publish(SIMCLR, onnx);
    repository.publish(SIMCLR, onnx);
    assertThat(root.resolve("models/simclr/config.pbtxt"))
        .hasContent(
            """
            name: "simclr"
            platform: "onnxruntime_onnx"
            max_batch_size: 64
            input [
              { name: "image" data_type: TYPE_UINT8 dims: [ 32, 32, 3 ] }
            ]
            output [
              { name: "embedding" data_type: TYPE_FP32 dims: [ 512 ] },
              { name: "projection" data_type: TYPE_FP32 dims: [ 128 ] }
            ]
            version_policy { latest { num_versions: 2 } }
            dynamic_batching { }
            """);
    assertThat(root.resolve("models/.staging")).isEmptyDirectory();
    assertThat(repository.versions("simclr")).containsExactly(1L, 2L);
  }

  @Test
  void aModelWithAFixedBatch_isNot_andNamesAreEscaped() {
    Manifest fixed =
        SIMCLR.toBuilder()
            .setInputs(0, spec("a\"]\n", "UINT8", 1, 32, 32, 3))
            .clearOutputs()
            .addOutputs(spec("embedding", "FP32", 1, 512))
            .build();
    assertThat(TritonConfig.of(fixed).orElseThrow())
        .contains("max_batch_size: 0\n", "name: \"a\\\"]\\n\" data_type", "dims: [ 1, 32, 32, 3 ]")
        .doesNotContain("dynamic_batching");
    assertThat(TritonConfig.of(SIMCLR.toBuilder().clearInputs().build())).isEmpty();
  }

  private static TensorSpec spec(String name, String datatype, int... shape) {
    TensorSpec.Builder spec = TensorSpec.newBuilder().setName(name).setDatatype(datatype);
    for (int size : shape) {
      spec.addShape(size);
    }
    return spec.build();
  }
}
