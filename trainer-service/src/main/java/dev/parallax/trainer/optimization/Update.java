package dev.parallax.trainer.optimization;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.List;

/**
 * One update of one parameter: what a rule works on. Weight, gradient and moments have one shape
 * and are changed in place.
 *
 * @param moments as {@link UpdateRule#moments} names them; zeros at first
 * @param number 1 for the parameter's first update, where the rule counts them
 * @param excluded no trust ratio; its weight decay is 0
 * @param scope lives as long as the update
 */
record Update(
    Tensor weight,
    Tensor gradient,
    List<Tensor> moments,
    double number,
    double rate,
    double weightDecay,
    boolean excluded,
    TensorScope scope) {

  /** {@code g += decay w}: the gradient of an L2 penalty. */
  void addWeightDecay() {
    if (weightDecay > 0) {
      addScaled(gradient, weight, weightDecay);
    }
  }

  /**
   * The descent with momentum of PyTorch's SGD: {@code v = m v + g; w -= rate v}, with Nesterov
   * {@code w -= rate (g + m v)}; v is the only moment.
   */
  void descend(double momentumFactor, boolean nesterov) {
    Tensor momentum = moments.getFirst();
    scale(momentum, momentumFactor);
    momentum.addInPlace(gradient);
    if (nesterov) {
      addScaled(gradient, momentum, momentumFactor);
      addScaled(weight, gradient, -rate);
    } else {
      addScaled(weight, momentum, -rate);
    }
  }

  /** {@code target += factor * summand}. */
  void addScaled(Tensor target, Tensor summand, double factor) {
    try (Tensor scale = scope.scalar(factor);
        Tensor scaled = summand.mul(scale)) {
      target.addInPlace(scaled);
    }
  }

  /** {@code target *= factor}. */
  void scale(Tensor target, double factor) {
    try (Tensor scale = scope.scalar(factor)) {
      target.mulInPlace(scale);
    }
  }

  /** {@code target += summand}. */
  void shift(Tensor target, double summand) {
    try (Tensor shift = scope.scalar(summand)) {
      target.addInPlace(shift);
    }
  }
}
