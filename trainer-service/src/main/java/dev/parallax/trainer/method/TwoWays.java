package dev.parallax.trainer.method;

import dev.parallax.trainer.torch.Tensor;
import java.util.function.BinaryOperator;

/** Two views, each held against the other. */
final class TwoWays {
  private TwoWays() {}

  /**
   * Mean of {@code loss(a of view 0, b of view 1)} and {@code loss(a of view 1, b of view 0)}.
   *
   * @param a rows of two views, view by view
   * @param b rows of the same two views
   */
  static Tensor mean(Tensor a, Tensor b, BinaryOperator<Tensor> loss) {
    long n = a.size(0) / 2;
    try (Tensor a0 = a.slice(0, 0, n);
        Tensor a1 = a.slice(0, n, 2 * n);
        Tensor b0 = b.slice(0, 0, n);
        Tensor b1 = b.slice(0, n, 2 * n);
        Tensor there = loss.apply(a0, b1);
        Tensor back = loss.apply(a1, b0);
        Tensor sum = there.add(back)) {
      return sum.mul(0.5);
    }
  }
}
