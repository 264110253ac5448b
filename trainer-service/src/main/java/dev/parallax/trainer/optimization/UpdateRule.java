package dev.parallax.trainer.optimization;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.Optimization;

/** How one parameter moves. */
public sealed interface UpdateRule {
  /**
   * What a rule works on; the gradient and the momentum are changed in place.
   *
   * @param excluded no weight decay and no trust ratio
   */
  record Step(
      Tensor weight,
      Tensor gradient,
      Tensor momentum,
      double rate,
      double weightDecay,
      boolean excluded,
      TensorScope scope) {

    void addWeightDecay() {
      if (weightDecay > 0) {
        addScaled(gradient, weight, weightDecay);
      }
    }

    /** {@code target += factor * summand}. */
    void addScaled(Tensor target, Tensor summand, double factor) {
      try (Tensor scale = scope.scalar(factor);
          Tensor scaled = summand.mul(scale)) {
        target.addInPlace(scaled);
      }
    }

    void scale(Tensor target, double factor) {
      try (Tensor scale = scope.scalar(factor)) {
        target.mulInPlace(scale);
      }
    }
  }

  void apply(Step step);

  static UpdateRule of(Optimization optimization) {
    return switch (optimization.getOptimizerCase()) {
      case SGD -> new Sgd(optimization.getSgd().getMomentum(), optimization.getSgd().getNesterov());
      case LARS ->
          new Lars(
              optimization.getLars().getMomentum(), optimization.getLars().getTrustCoefficient());
      case ADAM, ADAMW, LARC ->
          throw new IllegalArgumentException(
              "optimizer is " + optimization.getOptimizerCase() + "; allowed: sgd, lars");
      case OPTIMIZER_NOT_SET ->
          throw new IllegalArgumentException("optimizer is not set; allowed: sgd, lars");
    };
  }

  /**
   * Stochastic gradient descent with momentum as PyTorch defines it: {@code v = m v + g; w -= rate
   * v}, with Nesterov {@code w -= rate (g + m v)}.
   */
  record Sgd(double momentumFactor, boolean nesterov) implements UpdateRule {
    @Override
    public void apply(Step step) {
      step.addWeightDecay();
      step.scale(step.momentum(), momentumFactor);
      step.momentum().addInPlace(step.gradient());
      if (nesterov) {
        step.addScaled(step.gradient(), step.momentum(), momentumFactor);
        step.addScaled(step.weight(), step.gradient(), -step.rate());
      } else {
        step.addScaled(step.weight(), step.momentum(), -step.rate());
      }
    }
  }

  /**
   * Layer-wise adaptive rate scaling, You et al. 2017, with the momentum of SimCLR's optimiser:
   * {@code v = m v + rate trust (g + decay w); w -= v}, where {@code trust = eta |w| / |g + decay
   * w|}, and 1 where either norm is 0 or the parameter is excluded.
   */
  record Lars(double momentumFactor, double trustCoefficient) implements UpdateRule {
    @Override
    public void apply(Step step) {
      step.addWeightDecay();
      step.scale(step.momentum(), momentumFactor);
      step.addScaled(step.momentum(), step.gradient(), step.rate() * trust(step));
      step.weight().subInPlace(step.momentum());
    }

    private double trust(Step step) {
      if (step.excluded()) {
        return 1;
      }
      double weightNorm = step.weight().norm();
      double gradientNorm = step.gradient().norm();
      return weightNorm > 0 && gradientNorm > 0 ? trustCoefficient * weightNorm / gradientNorm : 1;
    }
  }
}
