package dev.parallax.trainer.loss;

import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Tensor;
import java.util.List;

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
        Tensor logProbabilities = masked.logSoftmax(1)) {
      return atPositives(logProbabilities, pairs);
    }
  }

  /**
   * The same with the vectors of a queue as further candidates, none of which is a positive: the
   * memory of Chen et al. 2020 (SimCLR v2), section 2.
   *
   * @param similarities float32 {@code [n, n]}, rows ordered as {@code pairs} says
   * @param temperature above 0
   * @param queueSimilarities float32 {@code [n, K]}
   * @return a scalar, nats
   */
  public static Tensor of(
      Tensor similarities, InBatchPairs pairs, Tensor temperature, Tensor queueSimilarities) {
    try (Tensor logits = similarities.div(temperature);
        Tensor masked = logits.add(pairs.selfMask());
        Tensor queueLogits = queueSimilarities.div(temperature);
        Tensor all = Tensor.concat(1, List.of(masked, queueLogits));
        Tensor logProbabilities = all.logSoftmax(1);
        Tensor inBatch = logProbabilities.slice(1, 0, pairs.rows())) {
      return atPositives(inBatch, pairs);
    }
  }

  private static Tensor atPositives(Tensor logProbabilities, InBatchPairs pairs) {
    try (Tensor atPositives = logProbabilities.mul(pairs.positives());
        Tensor perRow = atPositives.mean(1);
        Tensor sum = perRow.sum()) {
      // The mean over n columns, summed over n rows, is 1/n of the total: the mean over rows.
      return sum.neg();
    }
  }

  /**
   * The loss of an encoder that tells nothing apart, nats.
   *
   * @param queue vectors of the queue, 0 without one
   */
  public static double chance(InBatchPairs pairs, long queue) {
    return Math.log(pairs.rows() - 1.0 + queue);
  }
}
