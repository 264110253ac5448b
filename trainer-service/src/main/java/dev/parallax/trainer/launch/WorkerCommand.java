package dev.parallax.trainer.launch;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is run as a worker.
 *
 * @param java executable
 * @param heap largest Java heap, as -Xmx takes it: 2g; native memory comes on top
 * @param classPath as java -cp takes it
 * @param mainClass called with the job's directory
 */
public record WorkerCommand(Path java, String heap, String classPath, String mainClass) {
  private static final Pattern HEAP = Pattern.compile("[1-9][0-9]{0,6}[kKmMgG]");

  /**
   * Memory for direct buffers, which is bound by the heap's size where nothing is said: two batches
   * of views of at most 2 GiB, and what decoding, the monitor's images and the exporter take.
   */
  private static final String DIRECT_MEMORY = "5g";

  private static final Pattern SECRET = Pattern.compile("(PARALLAX|QUARKUS)_.*(TOKEN|PASSWORD).*");

  /**
   * Environment that a worker gets where the service's own does not say otherwise. Spinning OpenMP
   * threads double the time on a busy machine; glibc's malloc keeps large blocks instead of
   * returning them to the system at every step, and in one arena, without which every thread keeps
   * blocks of its own (a quarter more memory). The engine's natives come from the class path, so
   * that nothing has to be downloaded.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OMP_WAIT_POLICY", "passive",
          "MALLOC_MMAP_THRESHOLD_", "1073741824",
          "MALLOC_TRIM_THRESHOLD_", "8589934592",
          "MALLOC_TOP_PAD_", "67108864",
          "MALLOC_ARENA_MAX", "1",
          "DJL_OFFLINE", "true",
          "OPT_OUT_TRACKING", "true");

  public WorkerCommand {
    requireNonNull(java, "java is null");
    requireNonNull(classPath, "classPath is null");
    requireNonNull(mainClass, "mainClass is null");
    if (!HEAP.matcher(heap).matches()) {
      throw new IllegalArgumentException(
          "parallax.trainer.worker-memory is \""
              + heap
              + "\"; allowed: a number with k, m or g, as in 2g");
    }
  }

  /** The java that runs this service. */
  public static Path currentJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  List<String> arguments(Path jobDirectory) {
    return List.of(
        java.toString(),
        "-Xmx" + heap,
        "-XX:MaxDirectMemorySize=" + DIRECT_MEMORY,
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:ErrorFile=" + jobDirectory.resolve("crash.log"),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dai.djl.offline=true",
        "-Djava.awt.headless=true",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        "-cp",
        classPath,
        mainClass,
        jobDirectory.toString());
  }

  /** {@code inherited} with the defaults where it lacks them, and without the service's secrets. */
  static Map<String, String> environment(Map<String, String> inherited) {
    Map<String, String> environment = new LinkedHashMap<>(ENVIRONMENT);
    inherited.forEach(
        (name, value) -> {
          if (!SECRET.matcher(name).matches()) {
            environment.put(name, value);
          }
        });
    return environment;
  }
}
