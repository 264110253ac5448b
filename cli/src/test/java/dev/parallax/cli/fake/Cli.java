package dev.parallax.cli.fake;

import dev.parallax.cli.Environment;
import dev.parallax.cli.Interruption;
import dev.parallax.cli.command.CommandLines;
import dev.parallax.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the command in this process. */
public final class Cli {
  private final Path home;
  private final Map<String, String> variables = new TreeMap<>();

  /**
   * @param home working directory, and PARALLAX_HOME below it
   */
  public Cli(Path home) {
    this.home = home;
    variables.put("PARALLAX_HOME", home.resolve("parallax").toString());
  }

  public Cli with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** What a command left behind. */
  public record Run(int exitCode, String out, String err) {
    public List<String> outLines() {
      return out.lines().toList();
    }

    public List<String> errLines() {
      return err.lines().toList();
    }
  }

  public Run run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment = environment(out, err);
    int exitCode = CommandLines.of(environment).execute(args);
    return new Run(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public Environment environment(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Environment(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        Terminal.plain(new PrintStream(err, true, StandardCharsets.UTF_8)),
        variables,
        home,
        new Interruption());
  }
}
