package dev.parallax.cli;

import static java.util.Objects.requireNonNull;

import dev.parallax.cli.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * All that a command sees of the machine besides its arguments.
 *
 * @param out results
 * @param terminal progress and remarks, on standard error
 * @param variables environment variables
 * @param workingDirectory absolute; what relative paths are relative to
 * @param interruption what to do on Ctrl-C
 */
public record Environment(
    PrintStream out,
    Terminal terminal,
    Map<String, String> variables,
    Path workingDirectory,
    Interruption interruption) {

  public Environment {
    requireNonNull(out, "out is null");
    requireNonNull(terminal, "terminal is null");
    variables = Map.copyOf(variables);
    if (!workingDirectory.isAbsolute()) {
      throw new IllegalArgumentException(
          "workingDirectory is " + workingDirectory + "; allowed: an absolute path");
    }
    requireNonNull(interruption, "interruption is null");
  }

  /** That of this process. */
  static Environment ofProcess() {
    Map<String, String> variables = System.getenv();
    return new Environment(
        utf8(FileDescriptor.out),
        Terminal.ofProcess(utf8(FileDescriptor.err), variables),
        variables,
        Path.of("").toAbsolutePath(),
        Interruption.ofProcess());
  }

  /** A variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** Directory of everything that Parallax keeps: PARALLAX_HOME, else ~/.parallax. */
  public Path home() {
    return workingDirectory
        .resolve(
            variable("PARALLAX_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".parallax")))
        .normalize();
  }

  /** Whether stack traces are wanted. */
  public boolean debug() {
    return variable("PARALLAX_DEBUG").isPresent();
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
