package dev.parallax.trainer.optimization;

import java.util.Set;

/**
 * How far each group of parameters goes in one update.
 *
 * @param rate learning rate, 0 or more
 * @param predictionRate learning rate of the prediction head, the parameters whose names begin with
 *     {@code prediction.}
 * @param frozen names of parameters that stay as they are; their gradients are dropped
 */
public record StepSize(double rate, double predictionRate, Set<String> frozen) {
  private static final String PREDICTION = "prediction.";

  public StepSize {
    frozen = Set.copyOf(frozen);
  }

  /** One rate for all parameters. */
  public static StepSize of(double rate) {
    return new StepSize(rate, rate, Set.of());
  }

  /** The same rates, with these parameters frozen. */
  public StepSize freezing(Set<String> names) {
    return new StepSize(rate, predictionRate, names);
  }

  boolean freezes(String name) {
    return frozen.contains(name);
  }

  /** The rate of a parameter. */
  double rate(String name) {
    return name.startsWith(PREDICTION) ? predictionRate : rate;
  }
}
