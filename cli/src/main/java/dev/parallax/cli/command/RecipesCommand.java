package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Holds the commands about recipes; by itself it lists them. */
@Command(
    name = "recipes",
    header = "List and show the built-in recipes.",
    description = "Without a command it lists them.",
    synopsisSubcommandLabel = "[COMMAND]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax recipes",
      "  parallax recipes show moco-v2 > my.yaml",
      "  parallax train --data photos/ --recipe my.yaml"
    })
final class RecipesCommand extends BaseCommand {
  @Mixin private RecipeList list;

  RecipesCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return list.print(environment);
  }
}
