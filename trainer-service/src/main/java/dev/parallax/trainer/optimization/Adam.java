package dev.parallax.trainer.optimization;

import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/**
 * Adam, Kingma and Ba 2015, algorithm 1, and AdamW, Loshchilov and Hutter 2019, algorithm 2, as
 * PyTorch defines them: {@code m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= rate / (1 -
 * b1^t) m / (sqrt(v / (1 - b2^t)) + epsilon)} in a parameter's update number t.
 *
 * @param decoupled the weight decay is {@code w -= rate decay w} before all else (AdamW), not an L2
 *     penalty (Adam)
 */
record Adam(double beta1, double beta2, double epsilon, boolean decoupled) implements UpdateRule {
  private static final List<String> MOMENTS = List.of("moment1", "moment2");

  @Override
  public List<String> moments() {
    return MOMENTS;
  }

  @Override
  public boolean counts() {
    return true;
  }

  @Override
  public void apply(Update update) {
    if (!decoupled) {
      update.addWeightDecay();
    } else if (update.weightDecay() > 0) {
      update.scale(update.weight(), 1 - update.rate() * update.weightDecay());
    }
    Tensor gradient = update.gradient();
    Tensor first = update.moments().get(0);
    Tensor second = update.moments().get(1);
    update.scale(first, beta1);
    update.addScaled(first, gradient, 1 - beta1);
    gradient.mulInPlace(gradient);
    update.scale(second, beta2);
    update.addScaled(second, gradient, 1 - beta2);

    double correction1 = 1 - Math.pow(beta1, update.number());
    double correction2 = 1 - Math.pow(beta2, update.number());
    try (Tensor deviation = second.sqrt()) {
      update.scale(deviation, 1 / Math.sqrt(correction2));
      update.shift(deviation, epsilon);
      try (Tensor direction = first.div(deviation)) {
        update.addScaled(update.weight(), direction, -update.rate() / correction1);
      }
    }
  }
}
