package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Holds the commands about models. */
@Command(
    name = "models",
    header = "List and show the models that are served, and choose which version takes the calls.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax models list",
      "  parallax models show simclr-photos",
      "  parallax models alias set simclr-photos stable 3"
    })
final class ModelsCommand extends BaseCommand {
  @Spec private CommandSpec spec;

  ModelsCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return showHelp(spec);
  }
}
