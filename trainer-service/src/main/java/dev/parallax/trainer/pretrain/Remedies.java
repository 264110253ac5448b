package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Recipe;
import java.util.Optional;

/** What to change in a recipe whose numbers go bad, by the names of its fields. */
final class Remedies {
  private Remedies() {}

  /** The path of the loss's temperature. */
  static Optional<String> temperature(Loss loss) {
    return switch (loss.getKindCase()) {
      case NT_XENT -> Optional.of("loss.nt_xent.temperature");
      case INFO_NCE -> Optional.of("loss.info_nce.temperature");
      case BANK_NCE -> Optional.of("loss.bank_nce.temperature");
      case INSTANCE_SPREADING -> Optional.of("loss.instance_spreading.temperature");
      case SWAPPED_PREDICTION -> Optional.of("loss.swapped_prediction.temperature");
      case DISTILLATION -> Optional.of("loss.distillation.temperature");
      case NORMALIZED_MSE,
          NEGATIVE_COSINE,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          CROSS_ENTROPY,
          KIND_NOT_SET ->
          Optional.empty();
    };
  }

  /** Methods without negatives are kept apart by their asymmetry, the others by their negatives. */
  static String collapse(Recipe recipe) {
    return switch (recipe.getLoss().getKindCase()) {
      case NORMALIZED_MSE, NEGATIVE_COSINE -> {
        if (recipe.getTargets().hasInBatch()) {
          yield "gradients flow to both sides: use targets.stop_gradient or targets.momentum_encoder";
        }
        if (recipe.getExtraction().getPredictionCount() == 0) {
          yield "there is no prediction head: add extraction.prediction";
        }
        yield "lower optimization.learning_rate, and keep batch norm in extraction.projection";
      }
      case SWAPPED_PREDICTION ->
          "lower loss.swapped_prediction.sinkhorn_epsilon or optimization.learning_rate, or raise"
              + " targets.prototypes.frozen_epochs";
      case NT_XENT,
          INFO_NCE,
          BANK_NCE,
          INSTANCE_SPREADING,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          CROSS_ENTROPY,
          DISTILLATION,
          KIND_NOT_SET ->
          "lower optimization.learning_rate or strengthen the views";
    };
  }

  /** What the loss of guessing is. */
  static String chance(Recipe recipe) {
    return switch (recipe.getLoss().getKindCase()) {
      case INFO_NCE -> "log(K + 1) of K negatives";
      case SWAPPED_PREDICTION -> "log of the number of prototypes";
      case BANK_NCE ->
          recipe.getLoss().getBankNce().getNegatives() == 0
              ? "log of the number of images"
              : "log(1 + m) + m log(1 + 1/m) of m negatives";
      case CROSS_ENTROPY, DISTILLATION -> "log of the number of classes";
      case NT_XENT,
          INSTANCE_SPREADING,
          NORMALIZED_MSE,
          NEGATIVE_COSINE,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          KIND_NOT_SET ->
          "log of the number of candidates";
    };
  }

  /** What helps a loss that does not leave chance. */
  static String stuck(Recipe recipe) {
    String rate = "raise optimization.learning_rate or ease the views";
    return switch (recipe.getLoss().getKindCase()) {
      case INFO_NCE -> rate + ", or raise targets.momentum_encoder.momentum so that keys agree";
      case SWAPPED_PREDICTION ->
          rate
              + ", or lower loss.swapped_prediction.temperature or sinkhorn_epsilon, or use fewer"
              + " targets.prototypes.count";
      case NT_XENT,
          BANK_NCE,
          INSTANCE_SPREADING,
          NORMALIZED_MSE,
          NEGATIVE_COSINE,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          CROSS_ENTROPY,
          DISTILLATION,
          KIND_NOT_SET ->
          rate;
    };
  }
}
