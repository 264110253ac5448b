package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Holds the commands about recipes. */
@Command(
    name = "recipes",
    header = "List and show the built-in recipes.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax recipes list", "  parallax recipes show simclr-small"})
final class RecipesCommand extends BaseCommand {
  @Spec private CommandSpec spec;

  RecipesCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return showHelp(spec);
  }
}
