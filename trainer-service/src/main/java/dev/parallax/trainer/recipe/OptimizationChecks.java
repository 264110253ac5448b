package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.belowOne;
import static dev.parallax.trainer.recipe.Check.chosen;
import static dev.parallax.trainer.recipe.Check.positive;
import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateStep;

/** Optimiser, learning rate, batch and schedule. */
final class OptimizationChecks {
  static final int MAX_BATCH = 65_536;
  private static final int MAX_EPOCHS = 100_000;
  private static final int MAX_WARMUP_STEPS = 1_000_000;
  private static final int MAX_RATE_STEPS = 16;

  private OptimizationChecks() {}

  /**
   * @param prediction whether the recipe has a prediction head
   */
  static void check(String path, Optimization o, boolean prediction) {
    optimizer(path, o);
    positive(path + ".learning_rate", o.getLearningRate(), 100);
    chosen(
        path + ".rate_scaling",
        o.getRateScaling(),
        "RATE_SCALING_NONE, RATE_SCALING_LINEAR or RATE_SCALING_SQRT");
    range(path + ".weight_decay", o.getWeightDecay(), 0, 1);
    range(path + ".batch_size", o.getBatchSize(), 2, MAX_BATCH);
    range(path + ".epochs", o.getEpochs(), 0, MAX_EPOCHS);
    warmup(path, o);
    decay(path, o);
    range(path + ".accumulated_batches", o.getAccumulatedBatches(), 0, 1024);
    range(path + ".clip_norm", o.getClipNorm(), 0, 1_000_000);
    if (o.getConstantPredictionRate() && !prediction) {
      throw RequestException.invalid(
          path + ".constant_prediction_rate",
          true,
          "false unless extraction.prediction has layers");
    }
  }

  /**
   * The last epoch that other fields may name. An untrained baseline (0 epochs) keeps its recipe's
   * schedule as it is.
   */
  static int lastEpoch(Optimization o) {
    return o.getEpochs() > 0 ? o.getEpochs() : MAX_EPOCHS;
  }

  private static void optimizer(String path, Optimization o) {
    switch (o.getOptimizerCase()) {
      case SGD -> belowOne(path + ".sgd.momentum", o.getSgd().getMomentum());
      case LARS -> {
        belowOne(path + ".lars.momentum", o.getLars().getMomentum());
        positive(path + ".lars.trust_coefficient", o.getLars().getTrustCoefficient(), 1);
      }
      case LARC -> {
        belowOne(path + ".larc.momentum", o.getLarc().getMomentum());
        positive(path + ".larc.trust_coefficient", o.getLarc().getTrustCoefficient(), 1);
      }
      case ADAM -> {
        var adam = o.getAdam();
        moments(path + ".adam", adam.getBeta1(), adam.getBeta2(), adam.getEpsilon());
      }
      case ADAMW -> {
        var adamw = o.getAdamw();
        moments(path + ".adamw", adamw.getBeta1(), adamw.getBeta2(), adamw.getEpsilon());
      }
      case OPTIMIZER_NOT_SET ->
          throw RequestException.invalidBecause(
              path, path + " has no optimizer; allowed: sgd, lars, adam, adamw or larc");
    }
  }

  private static void moments(String path, double beta1, double beta2, double epsilon) {
    belowOne(path + ".beta1", beta1);
    belowOne(path + ".beta2", beta2);
    positive(path + ".epsilon", epsilon, 1);
  }

  private static void warmup(String path, Optimization o) {
    range(path + ".warmup_epochs", o.getWarmupEpochs(), 0, lastEpoch(o), ", at most epochs");
    range(path + ".warmup_steps", o.getWarmupSteps(), 0, MAX_WARMUP_STEPS);
    if (o.getWarmupEpochs() > 0 && o.getWarmupSteps() > 0) {
      throw RequestException.invalid(
          path + ".warmup_steps", o.getWarmupSteps(), "0 where warmup_epochs is set");
    }
  }

  private static void decay(String path, Optimization o) {
    chosen(path + ".decay", o.getDecay(), "DECAY_CONSTANT, DECAY_COSINE or DECAY_STEP");
    finalRate(path + ".final_learning_rate", o);
    if (o.getDecay() == Decay.DECAY_STEP) {
      steps(path + ".steps", o);
    } else if (o.getStepsCount() > 0) {
      throw RequestException.invalid(
          path + ".steps",
          Check.count(o.getStepsCount(), "step"),
          "none unless decay is DECAY_STEP");
    }
  }

  private static void finalRate(String path, Optimization o) {
    double rate = o.getFinalLearningRate();
    range(path, rate, 0, o.getLearningRate(), ", at most learning_rate");
    if (rate > 0 && o.getDecay() != Decay.DECAY_COSINE) {
      throw RequestException.invalid(path, Check.text(rate), "0 unless decay is DECAY_COSINE");
    }
  }

  private static void steps(String path, Optimization o) {
    if (o.getStepsCount() < 1 || o.getStepsCount() > MAX_RATE_STEPS) {
      throw RequestException.invalid(
          path,
          Check.count(o.getStepsCount(), "step"),
          "1 to " + MAX_RATE_STEPS + " with DECAY_STEP");
    }
    int before = 0;
    for (int i = 0; i < o.getStepsCount(); i++) {
      RateStep step = o.getSteps(i);
      String at = path + "[" + i + "]";
      range(at + ".epoch", step.getEpoch(), 1, lastEpoch(o), ", at most epochs");
      if (step.getEpoch() <= before) {
        throw RequestException.invalid(
            at + ".epoch", step.getEpoch(), "above " + before + ", the epoch of the step before");
      }
      range(at + ".factor", step.getFactor(), 0, 1);
      before = step.getEpoch();
    }
  }
}
