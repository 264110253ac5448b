package dev.parallax.cli.report;

import dev.parallax.trainer.v1.BankNce;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.Optional;

/**
 * Where the loss of an encoder stands that tells nothing apart: every candidate is as near as the
 * right one, so that the cross entropy is the logarithm of their number. A run that stays there has
 * learnt nothing.
 *
 * @param value nats
 * @param text what is alike
 */
record LossLevel(double value, String text) {
  /**
   * Empty for a loss that has no such level, or whose level hangs on what a recipe does not say.
   *
   * @param images of the training data; 0 when unknown
   */
  static Optional<LossLevel> of(Recipe recipe, long images) {
    int batch = recipe.getOptimization().getBatchSize();
    return switch (recipe.getLoss().getKindCase()) {
      // Every other view of the batch is a candidate.
      case NT_XENT -> among((long) views(recipe) * batch - 1, "all views alike");
      case INFO_NCE -> keys(recipe, batch);
      case BANK_NCE -> bank(recipe.getLoss().getBankNce(), images);
      case SWAPPED_PREDICTION ->
          among(recipe.getTargets().getPrototypes().getCount(), "all prototypes alike");
      // Binary terms, numbers of patches or classes that a recipe does not say, or no cross
      // entropy.
      case INSTANCE_SPREADING,
          NORMALIZED_MSE,
          NEGATIVE_COSINE,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          CROSS_ENTROPY,
          DISTILLATION,
          KIND_NOT_SET ->
          Optional.empty();
    };
  }

  /** What the loss is measured in; empty for what is no logarithm of a probability. */
  static String unit(Loss loss) {
    return switch (loss.getKindCase()) {
      case NORMALIZED_MSE, NEGATIVE_COSINE -> "";
      case NT_XENT,
          INFO_NCE,
          BANK_NCE,
          INSTANCE_SPREADING,
          SWAPPED_PREDICTION,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          CROSS_ENTROPY,
          DISTILLATION,
          KIND_NOT_SET ->
          "nats";
    };
  }

  /** A query's own key beside a queue of others, or beside the other keys of the batch. */
  private static Optional<LossLevel> keys(Recipe recipe, int batch) {
    if (!recipe.getTargets().hasQueue()) {
      return among(batch, "all keys alike");
    }
    // A queue that comes later has another level before and after.
    return recipe.getTargets().getQueue().getFromEpoch() == 0
        ? among(recipe.getTargets().getQueue().getSize() + 1L, "all keys alike")
        : Optional.empty();
  }

  private static Optional<LossLevel> bank(BankNce bank, long images) {
    return bank.getNegatives() == 0 ? among(images, "all images alike") : Optional.empty();
  }

  private static Optional<LossLevel> among(long candidates, String text) {
    return candidates > 1
        ? Optional.of(new LossLevel(Math.log((double) candidates), text))
        : Optional.empty();
  }

  private static int views(Recipe recipe) {
    return recipe.getViews().getPipelinesList().stream().mapToInt(ViewPipeline::getCount).sum();
  }
}
