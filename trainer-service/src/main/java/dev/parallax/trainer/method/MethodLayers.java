package dev.parallax.trainer.method;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.targets.Prototypes;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import java.util.ArrayList;
import java.util.List;

/** Every layer that training moves: those of the network and those that only the loss sees. */
public final class MethodLayers {
  static final String SIMILARITY = "similarity";
  private static final String ROWS_AHEAD = "rows_ahead.";

  private MethodLayers() {}

  /** The network's layers, then prototypes, predictions of rows and a learnt similarity. */
  public static Layer of(Recipe recipe, Network network) {
    int d = network.projectionSize();
    List<Layer> layers = new ArrayList<>();
    layers.add(network.trained());
    if (recipe.getTargets().hasPrototypes()) {
      layers.add(Prototypes.layer(recipe.getTargets().getPrototypes().getCount(), d));
    }
    for (int ahead = 1; ahead <= recipe.getLoss().getRowPrediction().getRowsAhead(); ahead++) {
      layers.add(rowAhead(ahead, network.features(), d));
    }
    // Predictions of rows are bilinear by their own matrices.
    if (recipe.getSimilarity() == Similarity.SIMILARITY_BILINEAR
        && !recipe.getLoss().hasRowPrediction()) {
      layers.add(new Layer.Linear(SIMILARITY, d, d, false));
    }
    return new Layer.Sequential(layers);
  }

  /** From the context to a target some rows below: W of van den Oord et al. 2018, eq. 3. */
  static Layer.Linear rowAhead(int ahead, int features, int d) {
    return new Layer.Linear(ROWS_AHEAD + ahead, features, d, false);
  }
}
