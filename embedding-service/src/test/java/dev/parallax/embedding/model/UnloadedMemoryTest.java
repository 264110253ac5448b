package dev.parallax.embedding.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parallax.embedding.fixtures.ProcessStatus;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.monitor.ServingMonitor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resident memory of this process, which ONNX Runtime's arena grows by hundreds of megabytes. */
final class UnloadedMemoryTest {
  private static final Logger LOG = Logger.getLogger(UnloadedMemoryTest.class);
  private static final TinyModel WIDE = new TinyModel(224, 96, 1);
  private static final int IMAGES = 16;

  @TempDir Path root;

  @Test
  void theMemoryOfAnUnloadedModel_isReturnedToTheSystem() throws Exception {
    assumeThat(ProcessStatus.isTold()).as("a system that tells the resident memory").isTrue();
    TestRepository repository = new TestRepository(root);
    repository.publish("wide", WIDE);
    try (ModelCatalog catalog =
        new ModelCatalog(
            new CatalogContents(
                repository.models(),
                repository.loader(new OnnxRuntime(RuntimeSettings.defaults())),
                ModelControl.poll(),
                new CatalogLimits(1, 1),
                ServingMonitor.silent()),
            Executors.newSingleThreadScheduledExecutor())) {
      ByteBuffer pixels = ByteBuffer.allocateDirect(IMAGES * 224 * 224 * 3);
      // what the first run of all leaves behind for good is not the model's
      run(catalog, pixels);
      unload(catalog);

      long before = ProcessStatus.residentBytes();
      run(catalog, pixels);
      long open = ProcessStatus.residentBytes();
      unload(catalog);
      long after = ProcessStatus.residentBytes();

      LOG.infof(
          "resident: %d MB before, %d MB with the model, %d MB after it was unloaded",
          before >> 20, open >> 20, after >> 20);
      assertThat(open - before).as("growth, bytes").isGreaterThan(100L << 20);
      assertThat(after - before).as("left, bytes").isLessThan((open - before) / 10);
    }
  }

  private static void run(ModelCatalog catalog, ByteBuffer pixels) throws Exception {
    catalog.load("wide").join();
    try (ModelLease lease = catalog.lease("wide", 0).join()) {
      lease.model().run(pixels.clear(), IMAGES, Set.of("embedding"));
    }
  }

  private static void unload(ModelCatalog catalog) {
    catalog.unload("wide").join().closed().join();
  }
}
