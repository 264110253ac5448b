package dev.parallax.trainer.optimization;

import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Optimization;

/**
 * The learning rate as a pure function of the step: a linear rise from 0 over the warm-up, then the
 * decay.
 *
 * @param peak rate after the warm-up
 * @param warmupSteps 0 or more
 * @param totalSteps all steps, warm-up included
 */
public record Schedule(double peak, long warmupSteps, long totalSteps, Decay decay) {

  public static Schedule of(Optimization optimization, long stepsPerEpoch) {
    return new Schedule(
        peak(optimization),
        Math.round(optimization.getWarmupEpochs() * stepsPerEpoch),
        stepsPerEpoch * optimization.getEpochs(),
        optimization.getDecay());
  }

  /**
   * The scaled rate: Goyal et al. 2017 (linear) or Chen et al. 2020, appendix B.7 (square root).
   */
  public static double peak(Optimization optimization) {
    double rate = optimization.getLearningRate();
    return switch (optimization.getRateScaling()) {
      case RATE_SCALING_NONE -> rate;
      case RATE_SCALING_LINEAR -> rate * optimization.getBatchSize() / 256;
      case RATE_SCALING_SQRT -> rate * Math.sqrt(optimization.getBatchSize());
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
    if (step < warmupSteps) {
      return peak * step / warmupSteps;
    }
    return switch (decay) {
      case DECAY_CONSTANT -> peak;
      case DECAY_COSINE -> {
        double done = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
        yield peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
      }
      case DECAY_STEP, DECAY_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("decay is " + decay + "; allowed: CONSTANT, COSINE");
    };
  }
}
