package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.recipe.RecipeSource;
import dev.parallax.cli.recipe.RecipeText;
import dev.parallax.trainer.v1.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One recipe. */
@Command(
    name = "show",
    header = "Show a recipe as YAML, by the names that 'train --set' takes.",
    description = {
      "What is zero, false or empty is left out. 'train --recipe FILE' reads it again; a file of your own is checked and"
          + " shown as the trainer understands it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax recipes show simclr-small",
      "  parallax recipes show moco-v2 > my.yaml",
      "  parallax recipes show my.yaml --output json"
    })
final class RecipesShowCommand extends BaseCommand {
  @Parameters(
      paramLabel = "RECIPE",
      description = "Name of a recipe or of a method, or a .yaml file.")
  private String name;

  @Mixin private TrainerOption trainerOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  RecipesShowCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    Recipe recipe;
    try (Trainer trainer = trainerOption.open(environment, peers)) {
      recipe = RecipeSource.find(trainer, "RECIPE", name, environment.workingDirectory());
    }
    if (output.json()) {
      OutputOption.print(environment, OutputOption.toJson(recipe));
    } else {
      environment.out().print(RecipeText.yaml(recipe));
    }
    return ExitCode.OK;
  }
}
