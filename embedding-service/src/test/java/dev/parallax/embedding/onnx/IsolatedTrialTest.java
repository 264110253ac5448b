package dev.parallax.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.fixtures.OnnxSurgery;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.model.CatalogContents;
import dev.parallax.embedding.model.CatalogLimits;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelControl;
import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.ModelLoader;
import dev.parallax.embedding.model.OnnxRuntime;
import dev.parallax.embedding.model.RuntimeSettings;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.onnx.GraphProto;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IsolatedTrialTest {
  private static final TinyModel TINY = new TinyModel(8, 4, 1);
  private static final long MEMORY = 512L << 20;
  private static final int IMAGES = 16;

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"huge constant", "outer sum", "doubling"})
  void aGraphThatAllocates100Gigabytes_isRefused_andTheServingModelIsUnharmed(String kind)
      throws Exception {
    UnaryOperator<GraphProto.Builder> bomb =
        switch (kind) {
          case "huge constant" -> OnnxSurgery::hugeConstant;
          case "outer sum" -> OnnxSurgery::outerSum;
          default -> OnnxSurgery::doubling;
        };
    TestRepository repository = new TestRepository(root);
    try (ModelCatalog catalog = catalog(repository)) {
      repository.publish("m", TINY);
      catalog.refresh().join();
      repository.publish(TestRepository.manifest("m", TINY), OnnxSurgery.withFactor(TINY, bomb));
      catalog.refresh().join();

      assertThat(catalog.snapshot().find("m", 2).orElseThrow().state())
          .isInstanceOfSatisfying(
              Failed.class,
              failed ->
                  assertThat(failed.reason())
                      .matches(
                          "model.onnx is refused: loading it and running 16 images takes more"
                              + " memory than it may have(, a single buffer 10\\d{10} bytes)?;"
                              + " allowed: 536870912 bytes"));
      try (ModelLease lease = catalog.lease("m", 0).join()) {
        assertThat(lease.model().version()).isEqualTo(1);
        ByteBuffer pixels = ByteBuffer.allocateDirect(8 * 8 * 3);
        assertThat(lease.model().run(pixels, 1, Set.of("embedding")).get("embedding"))
            .hasDimensions(1, 4);
      }
      assertThat(peakBytes()).as("memory of this process").isLessThan(4L << 30);
    }
  }

  @Test
  void aLargeBatchThatDoesNotFit_isRefused_whereASmallOneFits() throws Exception {
    // 256 feature maps of 224 x 224 are 51 MB an image, twice in and out of an operator
    Path onnx = write(new TinyModel(224, 256, 1).onnx());
    new IsolatedTrial(new TrialSettings(MEMORY, 2, 1, Duration.ofMinutes(1))).run(onnx, "a");
    assertThatThrownBy(
            () ->
                new IsolatedTrial(new TrialSettings(MEMORY, 32, 1, Duration.ofMinutes(1)))
                    .run(onnx, "a"))
        .hasMessageMatching(
            "loading it and running 32 images takes more memory than it may have, a single buffer"
                + " \\d+ bytes; allowed: 536870912 bytes");
  }

  @Test
  void aModelThatTakesTooLong_isRefused() throws Exception {
    Path onnx = write(TINY.onnx());
    assertThatThrownBy(
            () ->
                new IsolatedTrial(new TrialSettings(MEMORY, IMAGES, 1, Duration.ofMillis(1)))
                    .run(onnx, "a"))
        .hasMessage("the trial run of 16 images took longer than PT0.001S");
  }

  @Test
  void aFileThatHasPassed_isNotTriedAgain() throws Exception {
    Path onnx = write(TINY.onnx());
    IsolatedTrial trial =
        new IsolatedTrial(new TrialSettings(MEMORY, IMAGES, 1, Duration.ofMinutes(1)));
    trial.run(onnx, "digest");
    Files.delete(onnx);
    trial.run(onnx, "digest");
    assertThatThrownBy(() -> trial.run(onnx, "another digest"))
        .hasMessageStartingWith("the trial run failed: ");
  }

  private Path write(byte[] onnx) throws Exception {
    return Files.write(root.resolve("model.onnx"), onnx);
  }

  private static ModelCatalog catalog(TestRepository repository) {
    return new ModelCatalog(
        new CatalogContents(
            repository.models(),
            new ModelLoader(
                repository.models(),
                new OnnxRuntime(RuntimeSettings.defaults()),
                OnnxLimits.defaults(),
                Optional.of(
                    new IsolatedTrial(
                        new TrialSettings(MEMORY, IMAGES, 1, Duration.ofMinutes(1))))),
            ModelControl.poll(),
            new CatalogLimits(2, 1),
            ServingMonitor.silent()),
        Executors.newSingleThreadScheduledExecutor());
  }

  private static long peakBytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new AssertionError("no VmHWM");
  }
}
