package dev.parallax.trainer.launch;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The class path for a worker: this program's own. */
public final class WorkerClassPath {
  private static final String QUARKUS_RUNNER = "quarkus-run.jar";
  private static final List<String> QUARKUS_DIRECTORIES = List.of("app", "lib/main", "lib/boot");

  private WorkerClassPath() {}

  /**
   * That of this process, which may have been packaged by Quarkus or run from a build or a test.
   */
  public static String current() {
    return of(System.getProperty("java.class.path"));
  }

  /**
   * @param javaClassPath the system property java.class.path; when it is a Quarkus runner, which
   *     loads its jars itself, they are looked up beside it
   */
  static String of(String javaClassPath) {
    List<String> entries = List.of(javaClassPath.split(File.pathSeparator));
    Path first = Path.of(entries.getFirst()).toAbsolutePath();
    if (!first.endsWith(QUARKUS_RUNNER)) {
      return String.join(
          File.pathSeparator,
          entries.stream().map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
    }
    return String.join(
        File.pathSeparator,
        QUARKUS_DIRECTORIES.stream()
            .map(first.getParent()::resolve)
            .filter(Files::isDirectory)
            .map(directory -> directory.resolve("*").toString())
            .toList());
  }
}
