package dev.parallax.trainer.loss;

import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Tensor;

/** Normalised temperature-scaled cross entropy, Chen et al. 2020 (SimCLR), eq. 1. */
public final class NtXentLoss {
  private NtXentLoss() {}

  /**
   * Mean over all rows of {@code -log softmax(similarity / temperature)} at the row's positives;
   * the similarity of a row with itself is masked out, and the softmax goes through log-sum-exp, so
   * that small temperatures do not overflow.
   *
   * @param similarities float32 {@code [n, n]}, rows ordered as {@code pairs} says
   * @param temperature above 0
   * @return a scalar, nats
   */
  public static Tensor of(Tensor similarities, InBatchPairs pairs, Tensor temperature) {
    try (Tensor logits = similarities.div(temperature);
        Tensor masked = logits.add(pairs.selfMask());
        Tensor logProbabilities = masked.logSoftmax(1);
        Tensor atPositives = logProbabilities.mul(pairs.positives());
        Tensor perRow = atPositives.mean(1);
        Tensor sum = perRow.sum()) {
      // The mean over n columns, summed over n rows, is 1/n of the total: the mean over rows.
      return sum.neg();
    }
  }
}
