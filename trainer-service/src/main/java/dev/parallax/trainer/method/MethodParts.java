package dev.parallax.trainer.method;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.v1.Recipe;

/**
 * What every objective works with.
 *
 * @param parameters of all layers that {@link MethodLayers} names
 * @param run the numbers of the run
 */
record MethodParts(Recipe recipe, Network network, Parameters parameters, MethodRun run) {

  /** The recipe's similarity; a learnt matrix is among the parameters. */
  SimilarityFunction similarity() {
    return switch (recipe.getSimilarity()) {
      case SIMILARITY_BILINEAR ->
          SimilarityFunction.bilinear(parameters.get(MethodLayers.SIMILARITY + ".weight"));
      case SIMILARITY_COSINE,
          SIMILARITY_DOT,
          SIMILARITY_TANH_CLIPPED_DOT,
          SIMILARITY_UNSPECIFIED,
          UNRECOGNIZED ->
          SimilarityFunction.of(recipe.getSimilarity(), recipe.getSimilarityClip());
    };
  }

  /** How batch norm groups rows. */
  BatchNormRows norms() {
    return new BatchNormRows(recipe.getBatchNorm(), run.seed());
  }
}
