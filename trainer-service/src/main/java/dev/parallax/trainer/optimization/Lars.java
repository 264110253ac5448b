package dev.parallax.trainer.optimization;

import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/**
 * Layer-wise adaptive rate scaling, You et al. 2017, with the momentum of SimCLR's optimiser:
 * {@code v = m v + rate trust (g + decay w); w -= v}, where {@code trust = eta |w| / |g + decay
 * w|}, and 1 where either norm is 0 or the parameter is excluded.
 *
 * @param momentum m, 0 to 1 (exclusive)
 * @param trustCoefficient eta
 */
record Lars(double momentum, double trustCoefficient) implements UpdateRule {
  @Override
  public List<String> moments() {
    return Sgd.MOMENTS;
  }

  @Override
  public boolean counts() {
    return false;
  }

  @Override
  public void apply(Update update) {
    update.addWeightDecay();
    Tensor velocity = update.moments().getFirst();
    update.scale(velocity, momentum);
    update.addScaled(velocity, update.gradient(), update.rate() * trust(update));
    update.weight().subInPlace(velocity);
  }

  private double trust(Update update) {
    if (update.excluded()) {
      return 1;
    }
    double weightNorm = update.weight().norm();
    double gradientNorm = update.gradient().norm();
    return weightNorm > 0 && gradientNorm > 0 ? trustCoefficient * weightNorm / gradientNorm : 1;
  }
}
