package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.recipe.FieldOverride;
import dev.parallax.cli.recipe.RecipeSizes;
import dev.parallax.cli.recipe.RecipeSource;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;
import picocli.CommandLine.Option;

/** The recipe that is meant, and what is to be different from it. */
final class RecipeOptions {
  @Option(
      names = {"--recipe", "--method"},
      paramLabel = "NAME|FILE",
      defaultValue = "simclr",
      description =
          "A recipe, a method, which means its small recipe, or a .yaml file; default: simclr.")
  private String name;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data.")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Images in a step.")
  private Integer batchSize;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Set a field of the recipe; as often as needed.")
  private List<String> overrides = List.of();

  /**
   * The recipe with epochs, batch size and fields as they were asked for, in this order.
   *
   * @throws CliException that names the option or path, the value and what is allowed
   */
  Recipe recipe(Trainer trainer, Environment environment) {
    Recipe recipe = RecipeSource.find(trainer, "--recipe", name, environment.workingDirectory());
    if (epochs != null) {
      recipe = RecipeSizes.withEpochs(recipe, epochs);
    }
    if (batchSize != null) {
      recipe = RecipeSizes.withBatchSize(recipe, batchSize);
    }
    for (String override : overrides) {
      recipe = FieldOverride.parse(override).applyTo(recipe);
    }
    return recipe;
  }
}
