package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;

/** A prediction has the size of the projection that it is compared with. */
final class PredictionChecks {
  private PredictionChecks() {}

  /**
   * @param path of the extraction
   */
  static void check(String path, Recipe recipe) {
    Extraction extraction = recipe.getExtraction();
    List<HeadLayer> prediction = extraction.getPredictionList();
    int projected = RepresentationSizes.projection(recipe);
    if (!prediction.isEmpty()) {
      int predicted = prediction.getLast().getSize();
      if (predicted != projected) {
        throw RequestException.invalid(
            path + ".prediction[" + (prediction.size() - 1) + "].size",
            predicted,
            projected + ", the size of the projection that it is compared with");
      }
    }
  }
}
