package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import java.util.regex.Pattern;

/**
 * What a recipe has to hold to: first each axis by itself, then all of them together. The messages
 * name the field, its value and what is allowed.
 */
final class RecipeChecks {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private RecipeChecks() {}

  static void check(String path, Recipe recipe) {
    if (!NAME.matcher(recipe.getName()).matches()) {
      throw RequestException.invalid(path + ".name", recipe.getName(), NAME.pattern());
    }
    Optimization optimization = recipe.getOptimization();
    ViewChecks.check(path + ".views", recipe.getViews());
    EncoderChecks.check(path + ".encoder", recipe.getEncoder());
    EncoderChecks.sides(path, recipe.getEncoder(), recipe.getViews());
    HeadChecks.check(
        path + ".extraction",
        recipe.getExtraction(),
        RepresentationSizes.encoder(recipe.getEncoder()));
    LossChecks.check(path, recipe);
    OptimizationChecks.check(
        path + ".optimization", optimization, recipe.getExtraction().getPredictionCount() > 0);
    TargetChecks.check(
        path + ".targets", recipe.getTargets(), OptimizationChecks.lastEpoch(optimization));
    CombinationChecks.check(path, recipe);
    BatchNormChecks.check(path, recipe);
    ParameterChecks.check(path, recipe);
    MemoryChecks.check(path, recipe);
  }
}
