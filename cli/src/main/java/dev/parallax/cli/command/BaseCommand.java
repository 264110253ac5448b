package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What every command has. */
abstract class BaseCommand implements Callable<Integer> {
  protected final Environment environment;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 100,
      description = "Show this help.")
  boolean help;

  BaseCommand(Environment environment) {
    this.environment = environment;
  }

  /** For commands that only hold others. */
  final int showHelp(CommandSpec spec) {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
