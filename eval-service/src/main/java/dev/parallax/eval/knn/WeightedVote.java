package dev.parallax.eval.knn;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Weighted kNN: each of the k neighbours votes for its class with weight exp(similarity / T), Wu et
 * al. 2018, eq. 7. The class with the largest sum wins; at equal sums the smaller label.
 *
 * @param temperature T, greater than 0
 */
public record WeightedVote(double temperature) {

  public WeightedVote {
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + "; allowed: greater than 0");
    }
  }

  /**
   * @param neighbors of Q queries
   * @param galleryLabels int [N], 0 to {@code classes} - 1
   * @return int [Q], the winning labels
   */
  public int[] predict(NearestNeighbors neighbors, int[] galleryLabels, int classes) {
    requireNonNull(neighbors, "neighbors is null");
    int k = neighbors.k();
    int[] predicted = new int[neighbors.queries()];
    double[] votes = new double[classes];
    for (int q = 0; q < predicted.length; q++) {
      Arrays.fill(votes, 0);
      int from = q * k;
      // relative to the nearest, so that a small temperature does not overflow; the ratios are the
      // same
      float nearest = neighbors.similarities()[from];
      for (int i = from; i < from + k; i++) {
        votes[galleryLabels[neighbors.indices()[i]]] +=
            Math.exp((neighbors.similarities()[i] - nearest) / temperature);
      }
      predicted[q] = argMax(votes);
    }
    return predicted;
  }

  private static int argMax(double[] votes) {
    int best = 0;
    for (int label = 1; label < votes.length; label++) {
      if (votes[label] > votes[best]) {
        best = label;
      }
    }
    return best;
  }
}
