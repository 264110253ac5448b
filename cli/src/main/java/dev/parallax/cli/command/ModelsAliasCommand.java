package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Holds the commands about aliases. */
@Command(
    name = "alias",
    header = "Choose which version of a model takes the calls.",
    description = {
      "An alias is a name that stands for a version and moves. 'stable' takes the calls that name no"
          + " version, 'canary' a share of them; without aliases the newest version does."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax models alias set simclr-photos stable 3",
      "  parallax models alias set simclr-photos canary 4 --traffic 10",
      "  parallax models alias list simclr-photos",
      "  parallax models alias remove simclr-photos canary"
    })
final class ModelsAliasCommand extends BaseCommand {
  @Spec private CommandSpec spec;

  ModelsAliasCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return showHelp(spec);
  }
}
