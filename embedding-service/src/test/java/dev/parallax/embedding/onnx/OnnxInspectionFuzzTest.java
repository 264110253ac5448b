package dev.parallax.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parallax.embedding.fixtures.OnnxSurgery;
import dev.parallax.embedding.fixtures.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model.onnx holds: accepted or refused in one clear line, soon. */
final class OnnxInspectionFuzzTest {
  private static final TinyModel TINY = new TinyModel(8, 2, 1);
  private static final Duration SOON = Duration.ofSeconds(2);

  @TempDir Path directory;

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void inspect(byte[] file) throws IOException {
    Path onnx = Files.write(directory.resolve("model.onnx"), file);
    assertTimeout(
        SOON,
        () -> {
          try {
            OnnxInspection.inspect(onnx, new OnnxLimits(1 << 20, 1_000));
          } catch (OnnxRefusedException e) {
            assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
          }
        });
  }

  static Stream<byte[]> inspect() {
    byte[] whole = TINY.onnx();
    return Stream.of(
        whole,
        new TinyModel(8, 2, 1, 3).onnx(),
        OnnxSurgery.withFactor(TINY, OnnxSurgery::hugeConstant),
        OnnxSurgery.withFactor(TINY, OnnxSurgery::doubling),
        Arrays.copyOf(whole, whole.length / 2),
        new byte[0]);
  }
}
