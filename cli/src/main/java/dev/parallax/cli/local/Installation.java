package dev.parallax.cli.local;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A built checkout.
 *
 * @param root where the modules lie
 * @param java the java program to run services with
 */
public record Installation(Path root, Path java) implements ServiceProgram {
  /** DJL, ONNX Runtime and netty load native code; as jvm.flags in the parent POM. */
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  /** The one that this program is part of; the launcher says where it is. */
  public static Installation of(Environment environment) {
    Path root =
        environment
            .variable("PARALLAX_ROOT")
            .map(Path::of)
            .orElseThrow(
                () ->
                    CliException.failure(
                        "PARALLAX_ROOT is not set, so that the services cannot be found; run ./parallax of the checkout"));
    return new Installation(
        root.toAbsolutePath(), Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  @Override
  public List<String> command(Service service, Map<String, String> settings) {
    Path jar = root.resolve(service.module()).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.isRegularFile(jar)) {
      throw CliException.failure(
          "the "
              + service.title()
              + " has not been built ("
              + jar
              + " is missing); run './parallax build'");
    }
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(FLAGS);
    command.addAll(heap(service));
    new TreeMap<>(settings).forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-jar");
    command.add(jar.toString());
    return command;
  }

  private static List<String> heap(Service service) {
    return switch (service) {
      // Only a control plane: the work is done by processes of their own.
      case TRAINER -> List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
      // Requests in flight and features need what the machine has: the JVM's default, a quarter of
      // the memory.
      case EMBEDDING, EVAL -> List.of();
    };
  }
}
