package dev.parallax.trainer.optimization;

import java.util.List;

/**
 * NVIDIA Apex's LARC around SGD in its scaling mode ({@code clip=False}), which is what SwAV uses
 * (Caron et al. 2020; main_swav.py): {@code g' = trust (g + decay w); v = m v + g'; w -= rate v},
 * where {@code trust = eta |w| / (|g| + decay |w| + 1e-8)}.
 *
 * <p>Three points differ from {@link Lars}: the norms are taken apart, the rate stays out of the
 * momentum buffer, and where either norm is 0 there is neither trust ratio nor weight decay. An
 * excluded parameter gets plain SGD.
 *
 * @param momentum m, 0 to 1 (exclusive)
 * @param trustCoefficient eta
 */
record Larc(double momentum, double trustCoefficient) implements UpdateRule {
  private static final double EPSILON = 1e-8;

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
    if (!update.excluded()) {
      adapt(update);
    }
    update.descend(momentum, false);
  }

  private void adapt(Update update) {
    double weightNorm = update.weight().norm();
    double gradientNorm = update.gradient().norm();
    if (weightNorm > 0 && gradientNorm > 0) {
      update.addWeightDecay();
      update.scale(
          update.gradient(),
          trustCoefficient
              * weightNorm
              / (gradientNorm + update.weightDecay() * weightNorm + EPSILON));
    }
  }
}
