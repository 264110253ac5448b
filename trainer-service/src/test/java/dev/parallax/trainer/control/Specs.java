package dev.parallax.trainer.control;

import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;

/** Specs that are accepted. */
public final class Specs {
  private Specs() {}

  /** The name of the model tells {@link ScriptedWorker} what to do. */
  public static TrainingSpec of(String model) {
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    recipe.getOptimizationBuilder().setBatchSize(8);
    return TrainingSpec.newBuilder()
        .setData("synthetic:train?images=16")
        .setRecipe(recipe)
        .setModel(model)
        .build();
  }
}
