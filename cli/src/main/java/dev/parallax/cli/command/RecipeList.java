package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.recipe.RecipeSummary;
import dev.parallax.cli.terminal.Table;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;
import picocli.CommandLine.Mixin;

/** The built-in recipes, one a line, those of a method together. */
final class RecipeList {
  @Mixin private TrainerOption trainerOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  int print(Environment environment) {
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
    } else {
      table(recipes).lines(environment.terminal().columns()).forEach(environment.out()::println);
    }
    return ExitCode.OK;
  }

  private static Table table(List<Recipe> recipes) {
    Table table = new Table("RECIPE", "PIXELS", "ENCODER", "LOSS", "BATCH", "EPOCHS", "SOURCE");
    boolean first = true;
    for (List<Recipe> method : RecipeSummary.byMethod(recipes).values()) {
      if (!first) {
        table.gap();
      }
      first = false;
      for (Recipe recipe : method) {
        table.row(
            recipe.getName(),
            Integer.toString(recipe.getViews().getImageSize()),
            RecipeSummary.encoder(recipe.getEncoder()),
            RecipeSummary.loss(recipe.getLoss()),
            Integer.toString(recipe.getOptimization().getBatchSize()),
            Integer.toString(recipe.getOptimization().getEpochs()),
            recipe.getSource());
      }
    }
    return table;
  }
}
