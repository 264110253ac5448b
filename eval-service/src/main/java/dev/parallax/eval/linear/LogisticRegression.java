package dev.parallax.eval.linear;

import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import java.util.Optional;

/**
 * Fits multinomial logistic regression on some rows of a labelled set, for one C after another:
 * mean and covariance are computed once, and each fit can begin where the last one ended.
 */
final class LogisticRegression {
  private static final int MEMORY = 10;

  private final LabelledEmbeddings data;
  private final int[] rows;
  private final double[] center;
  private final CovarianceMetric metric;
  private final Cores cores;

  /**
   * A fitted model in the terms of the raw embeddings.
   *
   * @param iterations of L-BFGS
   * @param converged whether the tolerance was met
   */
  record Fit(SoftmaxModel model, int iterations, boolean converged) {}

  LogisticRegression(LabelledEmbeddings data, int[] rows, Cores cores) throws InterruptedException {
    this.data = data;
    this.rows = rows;
    this.cores = cores;
    this.center = CovarianceMetric.mean(data.embeddings(), rows);
    this.metric = new CovarianceMetric(data.embeddings(), rows, center, data.classes(), cores);
  }

  /**
   * @param c inverse strength of the penalty as in scikit-learn: C Σ cross-entropy + ½ ‖W‖²
   * @param start where to begin; zeros when empty
   */
  Fit fit(double c, int maxIterations, double tolerance, Optional<SoftmaxModel> start)
      throws InterruptedException {
    SoftmaxLoss loss = new SoftmaxLoss(data, rows, center, c, cores);
    double[] origin = start.map(this::centered).orElseGet(() -> new double[loss.size()]);
    Minimum minimum =
        new Lbfgs(MEMORY, maxIterations, tolerance)
            .minimize(loss, metric.inverse(1 / (c * rows.length)), origin);
    return new Fit(raw(minimum.point()), minimum.iterations(), minimum.converged());
  }

  /** W x + b = W (x − c) + (b + W c). */
  private double[] centered(SoftmaxModel model) {
    int weights = model.weights().length;
    double[] point = new double[weights + model.classes()];
    System.arraycopy(model.weights(), 0, point, 0, weights);
    for (int k = 0; k < model.classes(); k++) {
      point[weights + k] = model.biases()[k] + shift(model.weights(), k);
    }
    return point;
  }

  private SoftmaxModel raw(double[] point) {
    int size = data.embeddings().size();
    double[] weights = new double[data.classes() * size];
    System.arraycopy(point, 0, weights, 0, weights.length);
    double[] biases = new double[data.classes()];
    for (int k = 0; k < biases.length; k++) {
      biases[k] = point[weights.length + k] - shift(weights, k);
    }
    return new SoftmaxModel(data.classes(), size, weights, biases);
  }

  private double shift(double[] weights, int k) {
    double sum = 0;
    for (int d = 0; d < center.length; d++) {
      sum += weights[k * center.length + d] * center[d];
    }
    return sum;
  }
}
