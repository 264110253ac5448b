package dev.parallax.trainer.optimization;

import dev.parallax.trainer.v1.Optimization;
import java.util.List;

/** How the learning rate falls after the warm-up. */
public sealed interface Annealing {
  /** The rate stays at the peak. */
  record Constant() implements Annealing {}

  /**
   * Half a cosine (Loshchilov and Hutter 2017, eq. 5, without restarts).
   *
   * @param end rate after the last step, at most the peak
   * @param totalSteps all steps, warm-up included
   */
  record Cosine(double end, long totalSteps) implements Annealing {}

  /** The peak times the factor of the newest drop. */
  record Drops(List<Drop> drops) implements Annealing {
    public Drops {
      drops = List.copyOf(drops);
      for (int i = 1; i < drops.size(); i++) {
        if (drops.get(i).step() <= drops.get(i - 1).step()) {
          throw new IllegalArgumentException("steps are " + drops + "; allowed: ascending epochs");
        }
      }
    }
  }

  /**
   * @param step from which the factor holds
   * @param factor on the peak, 0 to 1
   */
  record Drop(long step, double factor) {}

  /** What a recipe asks for. */
  static Annealing of(Optimization optimization, long stepsPerEpoch) {
    return switch (optimization.getDecay()) {
      case DECAY_CONSTANT -> new Constant();
      case DECAY_COSINE ->
          new Cosine(
              Schedule.scaled(optimization.getFinalLearningRate(), optimization),
              stepsPerEpoch * optimization.getEpochs());
      case DECAY_STEP ->
          new Drops(
              optimization.getStepsList().stream()
                  .map(s -> new Drop(s.getEpoch() * stepsPerEpoch, s.getFactor()))
                  .toList());
      case DECAY_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "decay is " + optimization.getDecay() + "; allowed: CONSTANT, COSINE, STEP");
    };
  }

  /**
   * The rate after the warm-up.
   *
   * @param step 0 for the first of the run
   */
  default double rate(double peak, long warmupSteps, long step) {
    return switch (this) {
      case Constant() -> peak;
      case Cosine(double end, long totalSteps) -> {
        double done = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
        yield end + (peak - end) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
      }
      case Drops(List<Drop> drops) ->
          drops.reversed().stream()
              .filter(d -> d.step() <= step)
              .findFirst()
              .map(d -> peak * d.factor())
              .orElse(peak);
    };
  }
}
