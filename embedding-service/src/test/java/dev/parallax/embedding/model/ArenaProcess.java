package dev.parallax.embedding.model;

import dev.parallax.embedding.fixtures.ProcessStatus;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.provider.CpuArena;
import dev.parallax.embedding.provider.GraphOptimization;
import dev.parallax.embedding.provider.ProviderSettings;
import dev.parallax.platform.repository.StoredModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * A process that does nothing but run a model, so that what its resident memory grows by is the
 * model's.
 */
final class ArenaProcess {
  private static final TinyModel SMALL = new TinyModel(8, 4, 1);

  /** One feature map of a batch is 308 MB. */
  private static final TinyModel WIDE = new TinyModel(224, 96, 1);

  private static final int IMAGES = 16;

  private ArenaProcess() {}

  /** Bytes by which such a process is larger after a batch, with the model still open. */
  static long keptBy(CpuArena arena, Path directory) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Xss16m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                ArenaProcess.class.getName(),
                arena.name(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // a long command line costs ONNX Runtime its stack
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    try (InputStream out = process.getInputStream()) {
      return Long.parseLong(new String(out.readAllBytes(), StandardCharsets.UTF_8).strip());
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Prints those bytes.
   *
   * @param arguments name of a {@link CpuArena}, directory for a repository
   */
  public static void main(String... arguments) throws Exception {
    OnnxRuntime runtime =
        new OnnxRuntime(
            new RuntimeSettings(
                1,
                CpuArena.valueOf(arguments[0]),
                GraphOptimization.ALL,
                ProviderSettings.automatic()));
    TestRepository repository = new TestRepository(Path.of(arguments[1]));
    StoredModel small = repository.publish("small", SMALL);
    StoredModel wide = repository.publish("wide", WIDE);
    // what a first run of all leaves behind for good
    repository.loader(runtime).load(small).release();
    ByteBuffer pixels = ByteBuffer.allocateDirect(IMAGES * WIDE.side() * WIDE.side() * 3);
    NativeMemory.trim();
    long before = ProcessStatus.residentBytes();
    ServedModel model = repository.loader(runtime).load(wide);
    model.run(pixels, IMAGES, Set.of("embedding"));
    NativeMemory.trim();
    System.out.println(ProcessStatus.residentBytes() - before);
    model.release();
  }
}
