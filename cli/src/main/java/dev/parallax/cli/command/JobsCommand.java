package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Holds the commands about jobs. */
@Command(
    name = "jobs",
    header = "List, show, follow and cancel training jobs and evaluations.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax jobs list",
      "  parallax jobs watch JOB",
      "  parallax jobs cancel JOB",
      "  parallax jobs logs JOB"
    })
final class JobsCommand extends BaseCommand {
  @Spec private CommandSpec spec;

  JobsCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return showHelp(spec);
  }
}
