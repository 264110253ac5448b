package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/**
 * The key of a query among keys of other images: van den Oord et al. 2018 (CPC), eq. 4; He et al.
 * 2020 (MoCo), eq. 1.
 */
public final class InfoNceLoss {
  private InfoNceLoss() {}

  /**
   * Mean over rows of {@code -log softmax([positive, negative] / temperature)} at the positive.
   *
   * @param positive float32 {@code [n, 1]}: each query with its key
   * @param negative float32 {@code [n, m]}: each query with keys of other images
   * @param temperature above 0
   * @return a scalar, nats
   */
  public static Tensor of(Tensor positive, Tensor negative, Tensor temperature) {
    try (Tensor similarities = Tensor.concat(1, List.of(positive, negative));
        Tensor logits = similarities.div(temperature);
        Tensor logProbabilities = logits.logSoftmax(1);
        Tensor atPositives = logProbabilities.slice(1, 0, 1);
        Tensor mean = atPositives.mean()) {
      return mean.neg();
    }
  }

  /**
   * The same where the negatives are the other keys of the batch.
   *
   * @param similarities float32 {@code [n, n]}: each query with each key, its own on the diagonal
   * @param temperature above 0
   * @return a scalar, nats
   */
  public static Tensor ofMatrix(Tensor similarities, Tensor temperature) {
    try (Tensor logits = similarities.div(temperature);
        Tensor logProbabilities = logits.logSoftmax(1);
        Tensor atPositives = logProbabilities.diagonal();
        Tensor mean = atPositives.mean()) {
      return mean.neg();
    }
  }

  /** The loss of an encoder that tells nothing apart, nats; negatives of one query. */
  public static double chance(long negatives) {
    return Math.log1p((double) negatives);
  }
}
