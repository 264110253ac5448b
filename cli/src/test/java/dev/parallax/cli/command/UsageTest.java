package dev.parallax.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.Cli;
import dev.parallax.cli.fake.Cli.Run;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class UsageTest {
  @TempDir private Path home;

  static Stream<String> commands() {
    ByteArrayOutputStream nowhere = new ByteArrayOutputStream();
    CommandLine root = CommandLines.of(new Cli(Path.of("/")).environment(nowhere, nowhere));
    return Stream.concat(Stream.of(""), subcommands(root, ""));
  }

  private static Stream<String> subcommands(CommandLine line, String prefix) {
    return line.getSubcommands().entrySet().stream()
        .flatMap(
            entry ->
                Stream.concat(
                    Stream.of(prefix + entry.getKey()),
                    subcommands(entry.getValue(), prefix + entry.getKey() + " ")));
  }

  @ParameterizedTest(name = "parallax {0} --help")
  @MethodSource("commands")
  void help_hasExamplesAndFitsTheScreen(String command) {
    Run run = new Cli(home).run((command + " --help").strip().split(" "));
    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).containsPattern("(Examples|Begin with):");
    assertThat(run.outLines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void mistakes_areOneLineWithTheRemedy() {
    Run run = new Cli(home).run("jobs", "lst");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("did you mean list?", "'parallax jobs --help'");
    assertThat(new Cli(home).run("train").err())
        .isEqualToIgnoringNewLines(
            "parallax train: Missing required option: '--data=URI'; 'parallax train --help' shows what is"
                + " allowed");
    assertThat(new Cli(home).run("status", "--trainer", "nowhere").err())
        .isEqualToIgnoringNewLines(
            "parallax: --trainer is nowhere; allowed: HOST:PORT, as in 127.0.0.1:8001");
  }

  @Test
  void tokens_doNotTravelInTheClear() {
    Run run =
        new Cli(home)
            .with("PARALLAX_TOKEN", "0123456789abcdef")
            .run("models", "list", "--embedding", "example.org:8001");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("add --tls");
  }

  @Test
  void version_isThatOfTheBuild() {
    assertThat(new Cli(home).run("--version").out()).matches("parallax \\d+\\.\\d+.*, Java .*\\R");
  }
}
