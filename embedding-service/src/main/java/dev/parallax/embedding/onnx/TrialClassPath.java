package dev.parallax.embedding.onnx;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a process of ours finds {@link TrialProcess} and ONNX Runtime. */
final class TrialClassPath {
  private static final String QUARKUS_RUNNER = "quarkus-run.jar";
  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final String NATIVE_LIBRARY = "/libonnxruntime.so";

  private TrialClassPath() {}

  /**
   * @param javaClassPath the system property java.class.path; when it is a Quarkus runner, which
   *     loads its jars itself, they are looked up beside it
   */
  static String of(String javaClassPath) {
    List<Path> entries =
        Stream.of(javaClassPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .toList();
    Path first = entries.getFirst();
    Stream<Path> found =
        first.endsWith(QUARKUS_RUNNER)
            ? Stream.of("app", "lib/main").map(first.getParent()::resolve).map(d -> d.resolve("*"))
            : entries.stream();
    return String.join(File.pathSeparator, found.map(Path::toString).toList());
  }

  /**
   * Where this process has unpacked ONNX Runtime's native libraries, so that another one need not
   * unpack its own.
   */
  static Optional<Path> nativeLibraries() {
    String set = System.getProperty("onnxruntime.native.path");
    if (set != null) {
      return Optional.of(Path.of(set));
    }
    try (Stream<String> mappings = Files.lines(MAPPINGS)) {
      return mappings
          .filter(line -> line.endsWith(NATIVE_LIBRARY))
          .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
          .findFirst();
    } catch (IOException e) {
      // then the other process unpacks them
      return Optional.empty();
    }
  }
}
