package dev.parallax.trainer.optimization;

import dev.parallax.trainer.v1.Optimization;
import java.util.Set;

/**
 * The learning rate as a pure function of the step: a linear rise from 0 over the warm-up, then the
 * annealing.
 *
 * <p>A step is a batch. One update may take the gradients of several; its rate is that of the first
 * of them, so that it is the rate of a run with batches that many times as large.
 *
 * @param peak rate after the warm-up
 * @param warmupSteps 0 or more
 * @param constantPrediction the prediction head's rate is the peak from the first step on
 * @param batchesPerUpdate 1 or more
 */
public record Schedule(
    double peak,
    long warmupSteps,
    Annealing annealing,
    boolean constantPrediction,
    int batchesPerUpdate) {

  public Schedule {
    if (warmupSteps < 0 || batchesPerUpdate < 1) {
      throw new IllegalArgumentException(
          "warm-up of "
              + warmupSteps
              + " steps, "
              + batchesPerUpdate
              + " batches in an update; allowed: 0 or more, 1 or more");
    }
  }

  /** One rate for all parameters, one update for each batch. */
  public Schedule(double peak, long warmupSteps, Annealing annealing) {
    this(peak, warmupSteps, annealing, false, 1);
  }

  /**
   * What a recipe asks for.
   *
   * @param stepsPerEpoch batches in an epoch
   */
  public static Schedule of(Optimization optimization, long stepsPerEpoch) {
    int batchesPerUpdate = batchesPerUpdate(optimization);
    return new Schedule(
        peak(optimization),
        optimization.getWarmupSteps() > 0
            ? (long) optimization.getWarmupSteps() * batchesPerUpdate
            : Math.round(optimization.getWarmupEpochs() * stepsPerEpoch),
        Annealing.of(optimization, stepsPerEpoch),
        optimization.getConstantPredictionRate(),
        batchesPerUpdate);
  }

  /** The learning rate, scaled. */
  public static double peak(Optimization optimization) {
    return scaled(optimization.getLearningRate(), optimization);
  }

  /** Batches whose gradients make one update. */
  static int batchesPerUpdate(Optimization optimization) {
    return Math.max(1, optimization.getAccumulatedBatches());
  }

  /**
   * A rate scaled to the images of an update: Goyal et al. 2017 (linear) or Chen et al. 2020,
   * appendix B.7 (square root).
   */
  static double scaled(double rate, Optimization optimization) {
    double images = (double) optimization.getBatchSize() * batchesPerUpdate(optimization);
    return switch (optimization.getRateScaling()) {
      case RATE_SCALING_NONE -> rate;
      case RATE_SCALING_LINEAR -> rate * images / 256;
      case RATE_SCALING_SQRT -> rate * Math.sqrt(images);
      case RATE_SCALING_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "rate_scaling is " + optimization.getRateScaling() + "; allowed: NONE, LINEAR, SQRT");
    };
  }

  /**
   * The rate of one step.
   *
   * @param step 0 for the first
   */
  public double rate(long step) {
    long first = step - step % batchesPerUpdate;
    return first < warmupSteps
        ? peak * first / warmupSteps
        : annealing.rate(peak, warmupSteps, first);
  }

  /**
   * The rate of the prediction head, which may stay at the peak (Chen and He 2021, section 4.2).
   *
   * @param step 0 for the first
   */
  public double predictionRate(long step) {
    return constantPrediction ? peak : rate(step);
  }

  /** The rates of one step, with nothing frozen. */
  public StepSize at(long step) {
    return new StepSize(rate(step), predictionRate(step), Set.of());
  }

  /** Batches whose gradients have added up once those of a step are there, 1 or more. */
  public int accumulated(long step) {
    return (int) (step % batchesPerUpdate) + 1;
  }

  /**
   * Whether an update follows a step's batch: every one of them, or the last of those that make one
   * update.
   */
  public boolean updatesAfter(long step) {
    return (step + 1) % batchesPerUpdate == 0;
  }
}
