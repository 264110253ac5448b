package dev.parallax.eval.linear;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.parallel.Cores;
import java.util.Arrays;

/**
 * The Hessian of the softmax loss where every class is equally likely, h Σ + λ I for the weights of
 * a class and h for its bias, with Σ the covariance of the embeddings, λ = 1/(C n) and h = (1 −
 * 1/K)/K. Its inverse makes L-BFGS indifferent to the scale of the embeddings and to correlations
 * among them, which in self-supervised ones are strong. It changes how fast the minimum is reached,
 * not where it is.
 */
final class CovarianceMetric {
  private static final int MIN_SAMPLES = 4096;

  private final int classes;
  private final int size;
  private final double[] covariance;

  /**
   * @param rows rows that are fitted; of many, an evenly spaced sample serves
   * @param center mean of the embeddings, float64 [D]
   */
  CovarianceMetric(Embeddings embeddings, int[] rows, double[] center, int classes, Cores cores)
      throws InterruptedException {
    this.classes = classes;
    this.size = embeddings.size();
    this.covariance =
        covariance(embeddings, sample(rows, Math.max(MIN_SAMPLES, 2 * size)), center, cores);
  }

  /** The inverse for a penalty of λ. */
  Preconditioner inverse(double lambda) {
    double h = (1 - 1.0 / classes) / classes;
    double trace = 0;
    for (int d = 0; d < size; d++) {
      trace += covariance[d * size + d];
    }
    // keeps the factorisation away from rounding when embeddings have collapsed onto few directions
    double ridge = lambda + 1e-10 * h * trace / size + Double.MIN_NORMAL;
    double[] matrix = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i * size + j] = h * covariance[i * size + j] + (i == j ? ridge : 0);
      }
    }
    Cholesky factor = new Cholesky(size, matrix);
    return vector -> {
      for (int k = 0; k < classes; k++) {
        factor.solve(vector, k * size);
        vector[classes * size + k] /= h;
      }
    };
  }

  private static int[] sample(int[] rows, int most) {
    if (rows.length <= most) {
      return rows;
    }
    int[] sample = new int[most];
    for (int i = 0; i < most; i++) {
      sample[i] = rows[(int) ((long) rows.length * i / most)];
    }
    return sample;
  }

  /** Lower triangle, row by row. */
  private static double[] covariance(
      Embeddings embeddings, int[] sample, double[] center, Cores cores)
      throws InterruptedException {
    int size = embeddings.size();
    double[] covariance = new double[size * size];
    // each task owns some rows of the result, so the order of additions is fixed
    cores.rows(
        size,
        Math.max(1, Math.ceilDiv(size, 32)),
        (from, to) -> {
          double[] x = new double[size];
          for (int row : sample) {
            int offset = embeddings.offset(row);
            for (int d = 0; d < to; d++) {
              x[d] = embeddings.values()[offset + d] - center[d];
            }
            for (int i = from; i < to; i++) {
              addRow(covariance, i * size, x, i + 1, x[i]);
            }
          }
        });
    Vectors.scale(covariance, 1.0 / sample.length);
    return covariance;
  }

  private static void addRow(double[] matrix, int offset, double[] x, int length, double factor) {
    for (int j = 0; j < length; j++) {
      matrix[offset + j] += factor * x[j];
    }
  }

  /** Mean of some rows, float64 [D]. */
  static double[] mean(Embeddings embeddings, int[] rows) {
    double[] mean = new double[embeddings.size()];
    for (int row : rows) {
      int offset = embeddings.offset(row);
      for (int d = 0; d < mean.length; d++) {
        mean[d] += embeddings.values()[offset + d];
      }
    }
    Arrays.setAll(mean, d -> mean[d] / rows.length);
    return mean;
  }
}
