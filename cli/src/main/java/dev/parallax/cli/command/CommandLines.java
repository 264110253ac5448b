package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.images.dataset.DatasetException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together, and says what went wrong in one line. */
public final class CommandLines {
  private static final int HELP_COLUMNS = 100;

  private CommandLines() {}

  public static CommandLine of(Environment environment) {
    CommandLine line =
        new CommandLine(new ParallaxCommand(environment))
            .addSubcommand(new QuickstartCommand(environment))
            .addSubcommand(new UpCommand(environment))
            .addSubcommand(new DownCommand(environment))
            .addSubcommand(new StatusCommand(environment))
            .addSubcommand(new TrainCommand(environment))
            .addSubcommand(new SweepCommand(environment))
            .addSubcommand(
                new CommandLine(new JobsCommand(environment))
                    .addSubcommand(new JobsListCommand(environment))
                    .addSubcommand(new JobsShowCommand(environment))
                    .addSubcommand(new JobsWatchCommand(environment))
                    .addSubcommand(new JobsCancelCommand(environment))
                    .addSubcommand(new JobsLogsCommand(environment)))
            .addSubcommand(
                new CommandLine(new ModelsCommand(environment))
                    .addSubcommand(new ModelsListCommand(environment))
                    .addSubcommand(new ModelsShowCommand(environment))
                    .addSubcommand(
                        new CommandLine(new ModelsAliasCommand(environment))
                            .addSubcommand(new ModelsAliasListCommand(environment))
                            .addSubcommand(new ModelsAliasSetCommand(environment))
                            .addSubcommand(new ModelsAliasRemoveCommand(environment))))
            .addSubcommand(new EmbedCommand(environment))
            .addSubcommand(new EvalCommand(environment))
            .addSubcommand(
                new CommandLine(new RecipesCommand(environment))
                    .addSubcommand(new RecipesListCommand(environment))
                    .addSubcommand(new RecipesShowCommand(environment)));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(HELP_COLUMNS);
    layOut(line);
    line.setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(environment.terminal().err(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, args) -> usage(environment, e));
    line.setExecutionExceptionHandler((e, command, result) -> failure(environment, e));
    return line;
  }

  private static void layOut(CommandLine line) {
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    usage
        .synopsisHeading("%nUsage: ")
        .descriptionHeading(usage.description().length == 0 ? "" : "%n")
        .parameterListHeading("%nParameters:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .sortOptions(false)
        .abbreviateSynopsis(true);
    line.getSubcommands().values().forEach(CommandLines::layOut);
  }

  private static int usage(Environment environment, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    StringBuilder message = new StringBuilder(oneLine(e.getMessage()));
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message.append("; did you mean ").append(unmatched.getSuggestions().getFirst()).append('?');
    }
    environment
        .terminal()
        .line(command + ": " + message + "; '" + command + " --help' shows what is allowed");
    trace(environment, e);
    return ExitCode.USAGE;
  }

  private static int failure(Environment environment, Exception e) {
    if (environment.interruption().interrupted()) {
      return ExitCode.INTERRUPTED;
    }
    environment.terminal().line("parallax: " + message(e));
    trace(environment, e);
    return e instanceof CliException known ? known.exitCode() : code(e);
  }

  private static int code(Exception e) {
    return e instanceof DatasetException ? ExitCode.USAGE : ExitCode.FAILURE;
  }

  private static String message(Exception e) {
    return switch (e) {
      case CliException known -> oneLine(known.getMessage());
      case DatasetException data -> oneLine(data.getMessage());
      case UncheckedIOException io -> FileErrors.line(io.getCause());
      case IOException io -> FileErrors.line(io);
      case Exception other ->
          "unexpected: "
              + other.getClass().getSimpleName()
              + ": "
              + oneLine(String.valueOf(other.getMessage()))
              + "; PARALLAX_DEBUG=1 shows where";
    };
  }

  private static void trace(Environment environment, Exception e) {
    if (environment.debug()) {
      e.printStackTrace(environment.terminal().err());
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
