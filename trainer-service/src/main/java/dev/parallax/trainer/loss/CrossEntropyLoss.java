package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;

/** Cross entropy of a softmax with labels, or with probabilities. */
public final class CrossEntropyLoss {
  private CrossEntropyLoss() {}

  /**
   * Mean over rows of {@code -log softmax(logits)} at the label.
   *
   * @param logits float32 {@code [n, classes]}
   * @param labels int64 {@code [n, 1]}, 0 to classes - 1
   * @return a scalar, nats
   */
  public static Tensor of(Tensor logits, Tensor labels) {
    try (Tensor logProbabilities = logits.logSoftmax(1);
        Tensor atLabels = logProbabilities.pick(labels);
        Tensor mean = atLabels.mean()) {
      return mean.neg();
    }
  }

  /**
   * Mean over rows of {@code -sum over classes of q log p}.
   *
   * @param logProbabilities log p, float32 {@code [n, classes]}
   * @param probabilities q, float32 {@code [n, classes]}, rows that sum to 1
   */
  static Tensor withProbabilities(Tensor logProbabilities, Tensor probabilities) {
    try (Tensor products = logProbabilities.mul(probabilities);
        Tensor perRow = products.sum(false, 1);
        Tensor mean = perRow.mean()) {
      return mean.neg();
    }
  }

  /** The loss of a classifier that tells nothing apart, nats. */
  public static double chance(long classes) {
    return Math.log((double) classes);
  }
}
