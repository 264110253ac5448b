package dev.parallax.trainer.optimization;

import java.util.List;

/**
 * Stochastic gradient descent with momentum as PyTorch defines it: {@code g += decay w; v = m v +
 * g; w -= rate v}, with Nesterov {@code w -= rate (g + m v)}.
 *
 * @param momentum m, 0 to 1 (exclusive)
 */
record Sgd(double momentum, boolean nesterov) implements UpdateRule {
  /** The moment of every rule with momentum. */
  static final List<String> MOMENTS = List.of("momentum");

  @Override
  public List<String> moments() {
    return MOMENTS;
  }

  @Override
  public boolean counts() {
    return false;
  }

  @Override
  public void apply(Update update) {
    update.addWeightDecay();
    update.descend(momentum, nesterov);
  }
}
