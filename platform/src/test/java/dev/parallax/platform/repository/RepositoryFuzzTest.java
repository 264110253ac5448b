package dev.parallax.platform.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the files of a repository hold: what they say, checked, or one clear line, soon. {@code
 * benchmarks/fuzz/run} looks for new inputs, the tests run those that are known.
 */
class RepositoryFuzzTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  @TempDir Path directory;
  private ModelRepository repository;

  @BeforeEach
  void publish() throws IOException {
    repository = new ModelRepository(directory.resolve("models"));
    Path onnx = Files.write(directory.resolve("exported.onnx"), new byte[] {1, 2, 3});
    repository.publish(Manifest.newBuilder().setModel("m").setEmbeddingSize(8).build(), onnx);
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void manifest(byte[] json) throws IOException {
    Files.write(repository.root().resolve("m/1").resolve(ModelRepository.MANIFEST_FILE), json);
    readOrRefused(
        () -> {
          Manifest read = repository.read("m", 1).manifest();
          assertThat(read.getModel()).isEqualTo("m");
          assertThat(read.getVersion()).isEqualTo(1);
          assertThat(read.getEmbeddingSize()).isPositive();
        });
  }

  static Stream<byte[]> manifest() {
    String whole =
        """
        {"model": "m", "version": "1", "sha256": "%s", "sizeBytes": "3", "embeddingSize": 8,
         "inputs": [{"name": "image", "datatype": "UINT8", "shape": ["-1", "8", "8", "3"]}],
         "preprocessing": {"imageSize": 8, "resizeShorterSide": 9}, "metrics": {"loss": 1e-3, "nan": "NaN"},
         "provenance": {"git": "\\u00e9\\ud83d\\ude00"}, "createTime": "2026-01-01T00:00:00Z",
         "recipe": {"views": {}, "loss": null}}
        """
            .formatted("0".repeat(64));
    return json(
        whole,
        whole.replace("\"3\"", "3e0"),
        whole.replace("\"3\"", "1e999999999"),
        whole.replace("\"3\"", "\"1e999999999\""),
        whole.replace("1e-3", "1e999999999"),
        whole.replace("8,", "-1e-999999999,"),
        whole.replace("2026-01-01", "292278994-08-17"),
        whole.replace("{}", "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)),
        whole.replace("\"views\"", "\"stranger\""),
        "[".repeat(100_000),
        "",
        "\0");
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void aliases(byte[] json) throws IOException {
    Files.write(repository.aliasFile("m"), json);
    readOrRefused(() -> ModelRepository.checkAliases(repository.aliases("m")));
  }

  static Stream<byte[]> aliases() {
    String whole =
        """
        {"aliases": [{"name": "stable", "version": "1"}, {"name": "canary", "version": 2, "trafficPercent": 10}]}
        """;
    return json(
        whole,
        whole.replace("10", "1e1"),
        whole.replace("10", "101"),
        whole.replace("canary", "stable"),
        whole.replace("2,", "99999999999999999999,"),
        whole.replace("[", "[".repeat(5_000)),
        "null",
        "{}");
  }

  private static Stream<byte[]> json(String... files) {
    return Stream.of(files).map(file -> file.getBytes(StandardCharsets.UTF_8));
  }

  private static void readOrRefused(Runnable read) {
    try {
      assertTimeout(SOON, read::run);
    } catch (RequestException e) {
      assertThat(e.kind()).isEqualTo(Kind.FAILED_PRECONDITION);
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n").hasSizeLessThan(2_001);
    }
  }
}
