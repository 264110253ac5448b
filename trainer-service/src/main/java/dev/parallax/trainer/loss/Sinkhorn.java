package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;

/**
 * Assignments that use all prototypes alike: Sinkhorn-Knopp, Cuturi 2013, as in Caron et al. 2020
 * (SwAV), eq. 3 to 5. It works on logarithms, which no epsilon and no number of rounds drives to 0
 * or out of range.
 */
public final class Sinkhorn {
  private Sinkhorn() {}

  /**
   * Soft assignments. A round gives every prototype the same weight, then every row; more rounds
   * come closer to both at once. No gradient flows through it.
   *
   * @param scores float32 {@code [n, k]}: rows with prototypes
   * @param epsilon weight of the entropy, above 0; smaller is harder
   * @param iterations rounds, 0 or more
   * @return float32 {@code [n, k]}, rows that sum to 1
   */
  public static Tensor assignments(Tensor scores, double epsilon, int iterations) {
    return Autograd.without(
        () -> {
          try (Tensor logs = scores.mul(1 / epsilon)) {
            for (int round = 0; round < iterations; round++) {
              normalize(logs, 0);
              normalize(logs, 1);
            }
            return logs.softmax(1);
          }
        });
  }

  /** Exponentials sum to 1 over the dimension afterwards. */
  private static void normalize(Tensor logs, int dimension) {
    try (Tensor sums = logs.logSumExp(dimension)) {
      logs.subInPlace(sums);
    }
  }
}
