package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.terminal.Table;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All recipes. */
@Command(
    name = "list",
    header = "List the built-in recipes.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax recipes list", "  parallax recipes list --output json"})
final class RecipesListCommand extends BaseCommand {
  @Mixin private TrainerOption trainerOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  RecipesListCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    List<Recipe> recipes;
    try (Trainer trainer = trainerOption.open(environment, peers)) {
      recipes = trainer.recipes();
    }
    if (output.json()) {
      JsonArray array = new JsonArray();
      recipes.forEach(recipe -> array.add(OutputOption.toJson(recipe)));
      JsonObject json = new JsonObject();
      json.add("recipes", array);
      OutputOption.print(environment, json);
      return ExitCode.OK;
    }
    Table table = new Table("RECIPE", "PIXELS", "BATCH", "EPOCHS", "SOURCE");
    for (Recipe recipe : recipes) {
      table.row(
          recipe.getName(),
          Integer.toString(recipe.getViews().getImageSize()),
          Integer.toString(recipe.getOptimization().getBatchSize()),
          Integer.toString(recipe.getOptimization().getEpochs()),
          recipe.getSource());
    }
    table.lines().forEach(environment.out()::println);
    return ExitCode.OK;
  }
}
