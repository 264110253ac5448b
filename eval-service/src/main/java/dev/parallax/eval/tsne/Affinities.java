package dev.parallax.eval.tsne;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.knn.CosineGallery;
import dev.parallax.eval.knn.NearestNeighbors;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.Arrays;

/**
 * The symmetric joint probabilities P of t-SNE, of which each point keeps those of its 3 ·
 * perplexity nearest neighbours (the rest is below e⁻⁴ of the largest; van der Maaten 2014).
 * Compressed rows: the neighbours of point i are at {@code starts[i]} to {@code starts[i + 1]} - 1.
 * All values sum to 1.
 */
@SuppressWarnings("ArrayRecordComponent") // internal table; nobody compares two of them
record Affinities(int[] starts, int[] neighbors, float[] values) {
  private static final int BISECTIONS = 64;

  /**
   * @param points [N, D], N 4 or more; distances are taken between rows of unit length
   * @param perplexity effective number of neighbours, 1 to (N - 1) / 3
   */
  static Affinities of(Embeddings points, double perplexity, Cores cores)
      throws InterruptedException {
    int count = points.count();
    int k = Math.min(count - 1, (int) Math.ceil(3 * perplexity));
    // one more, because each point is its own nearest neighbour
    NearestNeighbors nearest =
        new CosineGallery(points).search(points, k + 1, cores, Progress.NONE);
    int[] neighbors = new int[count * k];
    double[] conditional = new double[count * k];
    for (int i = 0; i < count; i++) {
      withoutSelf(nearest, i, neighbors, conditional, k);
      toProbabilities(conditional, i * k, k, Math.log(perplexity));
    }
    return symmetric(count, k, neighbors, conditional);
  }

  /**
   * Copies squared distances 2 − 2 cos; among many copies of a point itself may be missing, then
   * the last goes.
   */
  private static void withoutSelf(
      NearestNeighbors nearest, int i, int[] neighbors, double[] distances, int k) {
    int to = i * k;
    int from = i * nearest.k();
    for (int j = 0; j < nearest.k() && to < (i + 1) * k; j++) {
      if (nearest.indices()[from + j] != i) {
        neighbors[to] = nearest.indices()[from + j];
        distances[to] = Math.max(0, 2 - 2.0 * nearest.similarities()[from + j]);
        to++;
      }
    }
  }

  /**
   * Overwrites distances with exp(−β d) / Σ, β such that the entropy is the logarithm of the
   * perplexity.
   */
  private static void toProbabilities(double[] row, int from, int k, double wantedEntropy) {
    double[] distances = Arrays.copyOfRange(row, from, from + k);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double beta = 1;
    for (int step = 0; step < BISECTIONS; step++) {
      double sum = 0;
      double weighted = 0;
      for (int j = 0; j < k; j++) {
        // relative to the nearest: the same probabilities, and the sum cannot vanish
        double difference = distances[j] - distances[0];
        double p = Math.exp(-beta * difference);
        row[from + j] = p;
        sum += p;
        weighted += p * difference;
      }
      double entropy = Math.log(sum) + beta * weighted / sum;
      for (int j = 0; j < k; j++) {
        row[from + j] /= sum;
      }
      if (Math.abs(entropy - wantedEntropy) < 1e-5) {
        return;
      }
      if (entropy > wantedEntropy) {
        low = beta;
        beta = Double.isInfinite(high) ? beta * 2 : (beta + high) / 2;
      } else {
        high = beta;
        beta = (beta + low) / 2;
      }
    }
  }

  /** p_ij = (p_j|i + p_i|j) / 2N. */
  private static Affinities symmetric(int count, int k, int[] neighbors, double[] conditional) {
    int[] starts = new int[count + 1];
    for (int i = 0; i < count; i++) {
      starts[i + 1] += k;
      for (int j = i * k; j < (i + 1) * k; j++) {
        if (find(neighbors, neighbors[j], k, i) < 0) {
          starts[neighbors[j] + 1]++;
        }
      }
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    int[] next = Arrays.copyOf(starts, count);
    int[] columns = new int[starts[count]];
    float[] values = new float[starts[count]];
    for (int i = 0; i < count; i++) {
      for (int j = i * k; j < (i + 1) * k; j++) {
        int other = neighbors[j];
        int back = find(neighbors, other, k, i);
        float p = (float) ((conditional[j] + (back < 0 ? 0 : conditional[back])) / (2.0 * count));
        columns[next[i]] = other;
        values[next[i]++] = p;
        if (back < 0) {
          columns[next[other]] = i;
          values[next[other]++] = p;
        }
      }
    }
    return new Affinities(starts, columns, values);
  }

  private static int find(int[] neighbors, int row, int k, int wanted) {
    for (int j = row * k; j < (row + 1) * k; j++) {
      if (neighbors[j] == wanted) {
        return j;
      }
    }
    return -1;
  }
}
