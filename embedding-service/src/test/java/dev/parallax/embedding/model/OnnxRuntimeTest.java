package dev.parallax.embedding.model;

import static dev.parallax.embedding.provider.ExecutionProvider.CPU;
import static dev.parallax.embedding.provider.ExecutionProvider.CUDA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import dev.parallax.embedding.fixtures.OnnxSurgery;
import dev.parallax.embedding.fixtures.ProcessStatus;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.provider.CpuArena;
import dev.parallax.embedding.provider.Fallback;
import dev.parallax.embedding.provider.GraphOptimization;
import dev.parallax.embedding.provider.ProviderSettings;
import dev.parallax.embedding.provider.Selection;
import dev.parallax.platform.repository.StoredModel;
import dev.parallax.platform.startup.StartupException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That each setting reaches ONNX Runtime itself. */
final class OnnxRuntimeTest {
  private static final Logger LOG = Logger.getLogger(OnnxRuntimeTest.class);
  private static final TinyModel TINY = new TinyModel(8, 5, 1);

  @TempDir Path root;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = new TestRepository(root);
  }

  @Test
  void aCpuBuildAskedForCuda_computesOnTheCpu_andSaysWhy() {
    assumeThat(OrtEnvironment.getAvailableProviders()).doesNotContain(CUDA.ort());
    OnnxRuntime runtime = new OnnxRuntime(asked(Fallback.ALLOWED));
    assertThat(runtime.selection().used()).containsExactly(CPU);
    assertThat(runtime.surprises())
        .containsExactly(
            "ONNX Runtime computes on cpu instead of cuda: this build of ONNX Runtime has no CUDA"
                + " provider");
  }

  @Test
  void aCpuBuildThatMustUseCuda_doesNotStart() {
    assumeThat(OrtEnvironment.getAvailableProviders()).doesNotContain(CUDA.ort());
    assertThatThrownBy(() -> new OnnxRuntime(asked(Fallback.REFUSED)))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(
            "ONNX Runtime cannot compute on cuda: this build of ONNX Runtime has no CUDA provider;")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aModelOnTwoDevices_givesTheSameVectorsOnBoth() throws Exception {
    OnnxRuntime runtime =
        new OnnxRuntime(
            RuntimeSettings.defaults(),
            (_, _) -> new Selection(List.of(CPU), List.of(0, 1), List.of()));
    StoredModel stored = repository.publish("m", TINY);
    ServedModel model = repository.loader(runtime).load(stored);
    byte[] pixels = TestImages.pixels(8, 1);
    ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(0, pixels);
    DeviceSessions sessions = runtime.open(stored.onnx());
    try (Reference reference = new Reference(TINY)) {
      assertThat(sessions.count()).isEqualTo(2);
      model.trial();
      for (int run = 0; run < 3; run++) {
        assertThat(model.run(direct.clear(), 1, Set.of("embedding")).get("embedding")[0])
            .containsExactly(reference.embed(pixels), Offset.offset(1e-5f));
      }
    } finally {
      sessions.close();
      model.release();
    }
  }

  @Test
  void theLevelOfOptimisation_reachesTheSession() {
    StoredModel broken =
        repository.publish(TestRepository.manifest("m", TINY), OnnxSurgery.withFourChannels(TINY));
    // the error names the operator, which optimisation has fused with the next
    assertThatThrownBy(() -> loader(GraphOptimization.DISABLED).load(broken))
        .hasMessageContaining("while running Conv node");
    assertThatThrownBy(() -> loader(GraphOptimization.BASIC).load(broken))
        .hasMessageContaining("while running Conv node");
    assertThatThrownBy(() -> loader(GraphOptimization.EXTENDED).load(broken))
        .hasMessageContaining("while running FusedConv node");
  }

  private ModelLoader loader(GraphOptimization optimization) {
    return repository.loader(
        new OnnxRuntime(
            new RuntimeSettings(1, CpuArena.KEEPS, optimization, ProviderSettings.automatic())));
  }

  @Test
  void theThreadsInsideAnOperator_areThoseOfTheSession() throws Exception {
    assumeThat(ProcessStatus.isTold()).isTrue();
    StoredModel stored = repository.publish("m", TINY);
    long alone = threadsOf(stored, 1);
    long many = threadsOf(stored, 65);
    // the virtual machine may have started or ended some meanwhile
    assertThat(many - alone).isBetween(32L, 96L);
  }

  private static long threadsOf(StoredModel stored, int threads) throws Exception {
    DeviceSessions sessions =
        new OnnxRuntime(
                new RuntimeSettings(
                    threads, CpuArena.KEEPS, GraphOptimization.ALL, ProviderSettings.automatic()))
            .open(stored.onnx());
    try {
      return ProcessStatus.threads();
    } finally {
      sessions.close();
    }
  }

  @Test
  void anArena_keepsTheMemoryOfARun_unlessItShrinksOrIsNotThere() throws Exception {
    assumeThat(ProcessStatus.isTold()).isTrue();
    long keeps = ArenaProcess.keptBy(CpuArena.KEEPS, root.resolve("keeps"));
    long shrinks = ArenaProcess.keptBy(CpuArena.SHRINKS, root.resolve("shrinks"));
    long off = ArenaProcess.keptBy(CpuArena.OFF, root.resolve("off"));
    LOG.infof(
        "kept after a run: %d MB with the arena, %d MB when it shrinks, %d MB without",
        keeps >> 20, shrinks >> 20, off >> 20);
    assertThat(keeps).isGreaterThan(100L << 20);
    assertThat(shrinks).isLessThan(keeps / 2);
    assertThat(off).isLessThan(keeps / 2);
  }

  private static RuntimeSettings asked(Fallback fallback) {
    return new RuntimeSettings(
        1,
        CpuArena.KEEPS,
        GraphOptimization.ALL,
        new ProviderSettings(List.of(CUDA, CPU), true, List.of(0), fallback));
  }
}
