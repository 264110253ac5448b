package dev.parallax.eval.linear;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import java.util.Arrays;

/**
 * A few rows of the training set as doubles, in both orders, with their class scores. Every inner
 * loop runs over contiguous memory and adds four products at a time: that is what the JIT turns
 * into vector instructions.
 */
final class Tile {
  private final int classes;
  private final int size;
  private final int capacity;
  private final int[] labels;

  /** [row][d]. */
  private final double[] byRow;

  /** [d][row]. */
  private final double[] byDimension;

  /** [k][row]: scores, then residuals softmax − one-hot. */
  private final double[] scores;

  private final double[] highest;
  private final double[] sums;
  private int width;

  Tile(int classes, int size, int capacity) {
    this.classes = classes;
    this.size = size;
    this.capacity = capacity;
    this.labels = new int[capacity];
    this.byRow = new double[capacity * size];
    this.byDimension = new double[capacity * size];
    this.scores = new double[capacity * classes];
    this.highest = new double[capacity];
    this.sums = new double[capacity];
  }

  /** Takes {@code count} rows, centred; what is left of the tile is zero. */
  void load(LabelledEmbeddings data, int[] rows, int first, int count, double[] center) {
    width = count;
    Embeddings embeddings = data.embeddings();
    float[] values = embeddings.values();
    for (int r = 0; r < count; r++) {
      int row = rows[first + r];
      labels[r] = data.labels()[row];
      int from = embeddings.offset(row);
      int to = r * size;
      for (int d = 0; d < size; d++) {
        byRow[to + d] = values[from + d] - center[d];
      }
    }
    Arrays.fill(byRow, count * size, capacity * size, 0);
    for (int d = 0; d < size; d++) {
      for (int r = 0; r < capacity; r++) {
        byDimension[d * capacity + r] = byRow[r * size + d];
      }
    }
  }

  /** {@code scores = W x + b}. */
  void score(double[] point) {
    for (int k = 0; k < classes; k++) {
      int to = k * capacity;
      Arrays.fill(scores, to, to + capacity, point[classes * size + k]);
      addProducts(scores, to, capacity, point, k * size, size, byDimension);
    }
  }

  /** Turns scores into softmax − one-hot and returns the summed cross-entropy. */
  double lossAndResiduals() {
    System.arraycopy(scores, 0, highest, 0, capacity);
    for (int k = 1; k < classes; k++) {
      for (int r = 0; r < capacity; r++) {
        highest[r] = Math.max(highest[r], scores[k * capacity + r]);
      }
    }
    double loss = 0;
    for (int r = 0; r < width; r++) {
      loss += highest[r] - scores[labels[r] * capacity + r];
    }
    Arrays.fill(sums, 0);
    for (int k = 0; k < classes; k++) {
      for (int r = 0; r < width; r++) {
        double weight = Math.exp(scores[k * capacity + r] - highest[r]);
        scores[k * capacity + r] = weight;
        sums[r] += weight;
      }
    }
    for (int r = 0; r < width; r++) {
      loss += Math.log(sums[r]);
    }
    for (int k = 0; k < classes; k++) {
      for (int r = 0; r < width; r++) {
        scores[k * capacity + r] /= sums[r];
      }
      Arrays.fill(scores, k * capacity + width, (k + 1) * capacity, 0);
    }
    for (int r = 0; r < width; r++) {
      scores[labels[r] * capacity + r] -= 1;
    }
    return loss;
  }

  /**
   * Adds residualsᵀ x to the weights' part of {@code gradient} and the residuals to the biases'.
   */
  void addGradient(double[] gradient) {
    for (int k = 0; k < classes; k++) {
      addProducts(gradient, k * size, size, scores, k * capacity, capacity, byRow);
      double sum = 0;
      for (int r = 0; r < width; r++) {
        sum += scores[k * capacity + r];
      }
      gradient[classes * size + k] += sum;
    }
  }

  /**
   * {@code target[j] += sum over i < count of factors[i] * matrix[i][j]}, j < length; matrix has
   * rows of length.
   */
  private static void addProducts(
      double[] target,
      int targetOffset,
      int length,
      double[] factors,
      int factorOffset,
      int count,
      double[] matrix) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      int f = factorOffset + i;
      addFour(
          target,
          targetOffset,
          length,
          factors[f],
          factors[f + 1],
          factors[f + 2],
          factors[f + 3],
          matrix,
          i * length);
    }
    for (; i < count; i++) {
      double factor = factors[factorOffset + i];
      int row = i * length;
      for (int j = 0; j < length; j++) {
        target[targetOffset + j] += factor * matrix[row + j];
      }
    }
  }

  private static void addFour(
      double[] target,
      int targetOffset,
      int length,
      double a,
      double b,
      double c,
      double e,
      double[] matrix,
      int row) {
    int second = row + length;
    int third = second + length;
    int fourth = third + length;
    for (int j = 0; j < length; j++) {
      target[targetOffset + j] +=
          a * matrix[row + j]
              + b * matrix[second + j]
              + c * matrix[third + j]
              + e * matrix[fourth + j];
    }
  }
}
