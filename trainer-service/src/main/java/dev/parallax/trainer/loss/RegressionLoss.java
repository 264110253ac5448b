package dev.parallax.trainer.loss;

import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.Similarity;

/**
 * A target's direction predicted, without negatives. Gradients flow to both sides; a caller that
 * wants them to stop detaches the target.
 */
public final class RegressionLoss {
  private static final SimilarityFunction COSINE =
      SimilarityFunction.of(Similarity.SIMILARITY_COSINE, 0);

  private RegressionLoss() {}

  /**
   * Mean over rows of {@code 2 - 2 cos}, the squared distance of the unit vectors; Grill et al.
   * 2020 (BYOL), eq. 2.
   *
   * @param prediction float32 {@code [n, d]}
   * @param target float32 {@code [n, d]}
   * @return a scalar, 0 to 4
   */
  public static Tensor normalizedMse(Tensor prediction, Tensor target) {
    try (Tensor negative = negativeCosine(prediction, target);
        Tensor doubled = negative.mul(2)) {
      return doubled.add(2);
    }
  }

  /**
   * Mean over rows of {@code -cos}; Chen and He 2021 (SimSiam), eq. 1.
   *
   * @param prediction float32 {@code [n, d]}
   * @param target float32 {@code [n, d]}
   * @return a scalar, -1 to 1
   */
  public static Tensor negativeCosine(Tensor prediction, Tensor target) {
    try (Tensor cosines = COSINE.pairs(prediction, target);
        Tensor mean = cosines.mean()) {
      return mean.neg();
    }
  }
}
