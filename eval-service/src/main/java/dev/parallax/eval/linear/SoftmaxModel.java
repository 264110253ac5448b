package dev.parallax.eval.linear;

import dev.parallax.eval.embeddings.Embeddings;

/**
 * A fitted probe: class scores are {@code W x + b}, probabilities their softmax.
 *
 * @param classes K
 * @param size D
 * @param weights float64 [K, D] row by row
 * @param biases float64 [K]
 */
@SuppressWarnings("ArrayRecordComponent") // a result; nobody compares two of them
public record SoftmaxModel(int classes, int size, double[] weights, double[] biases) {

  public SoftmaxModel {
    if (weights.length != (long) classes * size || biases.length != classes) {
      throw new IllegalArgumentException(
          "weights has %d entries, biases %d; allowed: %d and %d"
              .formatted(weights.length, biases.length, (long) classes * size, classes));
    }
  }

  /**
   * @return float64 [K] for image {@code i}, each 0 to 1, summing to 1
   */
  public double[] probabilities(Embeddings embeddings, int i) {
    double[] scores = scores(embeddings, i);
    double highest = scores[argMax(scores)];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      scores[k] = Math.exp(scores[k] - highest);
      sum += scores[k];
    }
    for (int k = 0; k < classes; k++) {
      scores[k] /= sum;
    }
    return scores;
  }

  /** The most probable class of each row; at equal scores the smaller label. */
  public int[] predict(Embeddings embeddings) {
    int[] predicted = new int[embeddings.count()];
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = argMax(scores(embeddings, i));
    }
    return predicted;
  }

  private double[] scores(Embeddings embeddings, int i) {
    if (embeddings.size() != size) {
      throw new IllegalArgumentException(
          "embeddings have " + embeddings.size() + " values; allowed: " + size);
    }
    int from = embeddings.offset(i);
    double[] scores = new double[classes];
    for (int k = 0; k < classes; k++) {
      double sum = biases[k];
      for (int d = 0; d < size; d++) {
        sum += weights[k * size + d] * embeddings.values()[from + d];
      }
      scores[k] = sum;
    }
    return scores;
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      if (values[k] > values[best]) {
        best = k;
      }
    }
    return best;
  }
}
