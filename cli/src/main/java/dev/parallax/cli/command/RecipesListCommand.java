package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All recipes. */
@Command(
    name = "list",
    header = "List the built-in recipes, by method.",
    description = {
      "A method, as in 'train --method simclr', means its -small recipe, made for a few cores. SOURCE is cut to"
          + " the screen; --output json has all of it."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  parallax recipes list", "  parallax recipes list --output json"})
final class RecipesListCommand extends BaseCommand {
  @Mixin private RecipeList list;

  RecipesListCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return list.print(environment);
  }
}
