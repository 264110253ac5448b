package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.RegressionLoss;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.Loss;
import java.util.Optional;
import java.util.OptionalDouble;

/** A view's prediction drawn towards the other view's target, both ways: BYOL and SimSiam. */
final class ViewRegression implements Objective {
  private final Sides sides;
  private final Loss loss;

  ViewRegression(MethodParts parts) {
    this.sides = new Sides(parts);
    this.loss = parts.recipe().getLoss();
  }

  @Override
  public Outcome run(Step step) {
    Tensor z = sides.trained(step.all());
    Tensor predictions = sides.predicted(z, 2);
    Tensor targets = sides.target(step, step.all(), z);
    if (loss.hasNegativeCosine()) {
      return new Outcome(TwoWays.mean(predictions, targets, RegressionLoss::negativeCosine), z);
    }
    // Grill et al. 2020, eq. 3, adds the two ways.
    try (Tensor mean = TwoWays.mean(predictions, targets, RegressionLoss::normalizedMse)) {
      return new Outcome(mean.mul(2), z);
    }
  }

  @Override
  public Optional<Sides> sides() {
    return Optional.of(sides);
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.empty();
  }

  @Override
  public void close() {
    sides.close();
  }
}
