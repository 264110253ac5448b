package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.missing;
import static dev.parallax.trainer.recipe.Check.positive;
import static dev.parallax.trainer.recipe.Check.range;
import static dev.parallax.trainer.recipe.Check.temperature;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.BankNce;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.MultiScaleNce;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.RowPrediction;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.SwappedPrediction;

/** Numbers of similarity and loss. */
final class LossChecks {
  static final int MAX_ENTRIES = 1_048_576;

  private static final String LOSSES =
      "nt_xent, info_nce, bank_nce, instance_spreading, normalized_mse, negative_cosine,"
          + " swapped_prediction, row_prediction, multi_scale_nce, cross_entropy or distillation";

  private LossChecks() {}

  static void check(String path, Recipe recipe) {
    similarity(path, recipe);
    Loss loss = recipe.getLoss();
    String at = path + ".loss." + Check.yaml(loss.getKindCase());
    switch (loss.getKindCase()) {
      case NT_XENT -> temperature(at + ".temperature", loss.getNtXent().getTemperature());
      case INFO_NCE -> temperature(at + ".temperature", loss.getInfoNce().getTemperature());
      case BANK_NCE -> bankNce(at, loss.getBankNce());
      case INSTANCE_SPREADING ->
          temperature(at + ".temperature", loss.getInstanceSpreading().getTemperature());
      case NORMALIZED_MSE, NEGATIVE_COSINE -> {}
      case SWAPPED_PREDICTION -> swappedPrediction(at, loss.getSwappedPrediction());
      case ROW_PREDICTION -> rowPrediction(at, loss.getRowPrediction());
      case MULTI_SCALE_NCE -> multiScaleNce(at, loss.getMultiScaleNce());
      case CROSS_ENTROPY ->
          positive(at + ".label_fraction", loss.getCrossEntropy().getLabelFraction(), 1);
      case DISTILLATION ->
          range(at + ".temperature", loss.getDistillation().getTemperature(), 0.001, 100);
      case KIND_NOT_SET -> throw missing(path + ".loss", LOSSES);
    }
  }

  private static void similarity(String path, Recipe recipe) {
    Check.known(
        path + ".similarity", recipe.getSimilarity(), LossNeeds.names(LossNeeds.SIMILARITIES));
    double clip = recipe.getSimilarityClip();
    if (recipe.getSimilarity() == Similarity.SIMILARITY_TANH_CLIPPED_DOT) {
      range(path + ".similarity_clip", clip, 0.1, 1000);
    } else if (clip != 0) {
      throw RequestException.invalid(
          path + ".similarity_clip",
          Check.text(clip),
          "0 unless similarity is SIMILARITY_TANH_CLIPPED_DOT");
    }
  }

  private static void bankNce(String path, BankNce loss) {
    temperature(path + ".temperature", loss.getTemperature());
    range(path + ".negatives", loss.getNegatives(), 0, MAX_ENTRIES);
  }

  private static void swappedPrediction(String path, SwappedPrediction loss) {
    temperature(path + ".temperature", loss.getTemperature());
    range(path + ".sinkhorn_epsilon", loss.getSinkhornEpsilon(), 0.001, 10);
    range(path + ".sinkhorn_iterations", loss.getSinkhornIterations(), 1, 100);
  }

  private static void rowPrediction(String path, RowPrediction loss) {
    range(path + ".scale", loss.getScale(), 0.001, 10);
    if (loss.getRowsAhead() < 1) {
      throw RequestException.invalid(
          path + ".rows_ahead", loss.getRowsAhead(), "1 to the grid's rows less 1");
    }
  }

  private static void multiScaleNce(String path, MultiScaleNce loss) {
    if (loss.getPairsCount() < 1 || loss.getPairsCount() > 16) {
      throw RequestException.invalid(path + ".pairs", loss.getPairsCount() + " pairs", "1 to 16");
    }
    range(path + ".logit_penalty", loss.getLogitPenalty(), 0, 10);
  }
}
