package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Patches predicted from the rows above them, Henaff et al. 2020 (CPC v2), eq. 1 and 2: the right
 * place among all places of all images of the batch.
 */
public final class RowPredictionLoss {
  private RowPredictionLoss() {}

  /**
   * Mean over r, and over the predictions of r, of {@code -log softmax(prediction . target)} at the
   * right place. The paper's pseudo-code adds over r instead, a constant factor.
   *
   * @param predictions entry r - 1: float32 {@code [n, P - r, P, d]}, of the places r rows below
   *     rows 0 to P - r - 1; already scaled
   * @param targets float32 {@code [n, P, P, d]}
   * @return a scalar, nats
   */
  public static Tensor of(List<Tensor> predictions, Tensor targets) {
    long rows = targets.size(1);
    long d = targets.size(3);
    if (predictions.isEmpty() || predictions.size() >= rows) {
      throw new IllegalArgumentException(
          "predictions of " + predictions.size() + " rows ahead; allowed: 1 to " + (rows - 1));
    }
    List<Tensor> terms = new ArrayList<>();
    try (Tensor candidates = targets.reshape(-1, d);
        Tensor transposed = candidates.transpose(1, 0)) {
      for (int r = 1; r <= predictions.size(); r++) {
        try (Tensor queries = predictions.get(r - 1).reshape(-1, d);
            Tensor below = targets.slice(1, r, rows);
            Tensor keys = below.reshape(-1, d)) {
          terms.add(term(queries, keys, transposed));
        }
      }
    }
    return Terms.mean(terms);
  }

  private static Tensor term(Tensor queries, Tensor keys, Tensor candidates) {
    try (Tensor logits = queries.matmul(candidates);
        Tensor all = logits.logSumExp(1);
        Tensor products = queries.mul(keys);
        Tensor right = products.sum(true, 1);
        Tensor perPlace = all.sub(right)) {
      return perPlace.mean();
    }
  }

  /** The loss of an encoder that tells nothing apart, nats; {@code places} of one image. */
  public static double chance(long images, long places) {
    return Math.log((double) images * places);
  }
}
