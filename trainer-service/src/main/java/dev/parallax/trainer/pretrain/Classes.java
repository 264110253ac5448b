package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.v1.Recipe;

/** How many classes a method that classifies tells apart, and the network for it. */
final class Classes {
  private Classes() {}

  /** The recipe's network; with a linear classifier where the loss needs logits. */
  static Network network(Recipe recipe, Run run) {
    return switch (recipe.getLoss().getKindCase()) {
      case CROSS_ENTROPY -> Networks.of(recipe).classifying(run.data().classes().size());
      case DISTILLATION -> Networks.of(recipe).classifying(run.teacher().orElseThrow().classes());
      case NT_XENT,
          INFO_NCE,
          BANK_NCE,
          INSTANCE_SPREADING,
          NORMALIZED_MSE,
          NEGATIVE_COSINE,
          SWAPPED_PREDICTION,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          KIND_NOT_SET ->
          Networks.of(recipe);
    };
  }
}
