package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.chosen;
import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.BatchNormPolicy;
import dev.parallax.trainer.v1.BatchNormStatistics;
import dev.parallax.trainer.v1.Recipe;

/** Over which rows batch norm takes its statistics: whole groups of two images or more. */
final class BatchNormChecks {
  private static final String STATISTICS =
      "BATCH_NORM_STATISTICS_GLOBAL, BATCH_NORM_STATISTICS_PER_VIEW, BATCH_NORM_STATISTICS_SPLIT or"
          + " BATCH_NORM_STATISTICS_SHUFFLED";

  private BatchNormChecks() {}

  static void check(String path, Recipe recipe) {
    if (!recipe.hasBatchNorm()) {
      return;
    }
    BatchNormPolicy policy = recipe.getBatchNorm();
    String at = path + ".batch_norm";
    chosen(at + ".statistics", policy.getStatistics(), STATISTICS);
    switch (policy.getStatistics()) {
      case BATCH_NORM_STATISTICS_GLOBAL, BATCH_NORM_STATISTICS_PER_VIEW -> {
        if (policy.getGroups() != 0) {
          throw RequestException.invalid(
              at + ".groups", policy.getGroups(), "0 with " + policy.getStatistics());
        }
      }
      case BATCH_NORM_STATISTICS_SPLIT -> groups(path, recipe);
      case BATCH_NORM_STATISTICS_SHUFFLED -> {
        if (!recipe.getTargets().hasMomentumEncoder()) {
          throw RequestException.invalid(
              at + ".statistics",
              policy.getStatistics(),
              "only with targets.momentum_encoder, whose rows it shuffles");
        }
        groups(path, recipe);
      }
      case BATCH_NORM_STATISTICS_UNSPECIFIED, UNRECOGNIZED -> {}
    }
  }

  private static void groups(String path, Recipe recipe) {
    BatchNormStatistics statistics = recipe.getBatchNorm().getStatistics();
    int groups = recipe.getBatchNorm().getGroups();
    int batch = recipe.getOptimization().getBatchSize();
    if (batch < 4) {
      throw RequestException.invalid(
          path + ".optimization.batch_size",
          batch,
          "4 or more with " + statistics + ", for 2 groups of 2 images");
    }
    String field = path + ".batch_norm.groups";
    int most = batch / 2;
    range(field, groups, 2, most, ", for 2 images or more in a group");
    if (batch % groups != 0) {
      throw RequestException.invalid(field, groups, "a divisor of batch_size, which is " + batch);
    }
  }
}
