package dev.parallax.trainer.loss;

import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.torch.Tensor;

/**
 * Places of an image's feature map recognised from a vector of its other view, Bachman et al. 2019
 * (AMDIM), eq. 2 to 4, as the authors' code has it.
 */
public final class MultiScaleNceLoss {
  /** Finite, so that 0 times it is 0, and far below any score. */
  private static final double NEVER = -1e9;

  private MultiScaleNceLoss() {}

  /**
   * Mean over images and places l of {@code -log(exp(s_l) / (exp(s_l) + sum of exp(s) over all
   * places of the other images))}, plus {@code logitPenalty} times the mean square of all
   * similarities before they are clipped. An image's other places are no negatives.
   *
   * @param source float32 {@code [n, d]}, of one view; 2 images or more
   * @param map float32 {@code [n, d, places]}, of the other view
   * @param logitPenalty 0 or more
   * @return a scalar, nats
   */
  public static Tensor of(
      Tensor source, Tensor map, SimilarityFunction similarity, double logitPenalty) {
    int n = Math.toIntExact(source.size(0));
    long places = map.size(2);
    try (Tensor placesFirst = map.transpose(0, 2, 1);
        Tensor rows = placesFirst.reshape(n * places, map.size(1));
        Tensor unclipped = similarity.unclipped(source, rows)) {
      Tensor scores = similarity.clipped(unclipped);
      Tensor nce = nce(scores, n, places);
      if (scores != unclipped) {
        scores.close();
      }
      return logitPenalty == 0 ? nce : penalized(nce, unclipped, logitPenalty);
    }
  }

  /** Of scores {@code [n, n * places]}. */
  private static Tensor nce(Tensor scores, int n, long places) {
    try (Tensor byImage = scores.reshape(n, n, places);
        Tensor own = byImage.diagonal();
        Tensor positives = own.transpose(1, 0);
        Tensor diagonal = scores.identity(n);
        Tensor mask = diagonal.mul(NEVER);
        Tensor maskOfPlaces = mask.reshape(n, n, 1);
        Tensor others = byImage.add(maskOfPlaces);
        Tensor flat = others.reshape(n, n * places);
        Tensor negatives = flat.logSumExp(1);
        Tensor margins = negatives.sub(positives);
        Tensor perPlace = margins.softplus()) {
      return perPlace.mean();
    }
  }

  private static Tensor penalized(Tensor nce, Tensor unclipped, double logitPenalty) {
    try (nce;
        Tensor squares = unclipped.square();
        Tensor mean = squares.mean();
        Tensor penalty = mean.mul(logitPenalty)) {
      return nce.add(penalty);
    }
  }

  /** The loss of an encoder that tells nothing apart, nats; {@code places} of one image's map. */
  public static double chance(long images, long places) {
    return Math.log1p((images - 1.0) * places);
  }
}
