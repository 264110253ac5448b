package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.missing;
import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ViewPipeline;

/** What Henaff et al. 2020 predict and from what: a grid of patches, its context, rows ahead. */
final class RowPredictionChecks {
  private RowPredictionChecks() {}

  /** The loss has one view, and so one pipeline. */
  static void check(String path, Recipe recipe) {
    ViewPipeline pipeline = recipe.getViews().getPipelines(0);
    if (!pipeline.hasPatches()) {
      throw missing(
          path + ".views.pipelines[0].patches", "a grid of patches with the loss row_prediction");
    }
    if (!recipe.getExtraction().hasContext()) {
      throw missing(
          path + ".extraction.context", "the context that the loss row_prediction predicts from");
    }
    int grid = ViewSizes.grid(ViewSizes.side(recipe.getViews(), pipeline), pipeline.getPatches());
    range(
        path + ".loss.row_prediction.rows_ahead",
        recipe.getLoss().getRowPrediction().getRowsAhead(),
        1,
        grid - 1,
        ", with a grid of " + grid + " rows");
  }
}
