package dev.parallax.eval.linear;

import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import java.util.Arrays;

/**
 * The objective of scikit-learn's {@code LogisticRegression(multi_class="multinomial",
 * penalty="l2")} divided by C n:
 *
 * <pre>f(W, b) = 1/n Σ −log softmax(W (x − c) + b)_y + 1/(2 C n) ‖W‖²</pre>
 *
 * with the biases unpenalised. Subtracting the mean embedding c changes the biases and nothing else
 * at the minimum, and makes the problem better conditioned. The variables are W [K, D] row by row,
 * then b [K].
 *
 * <p>Rows are cut into a number of chunks that depends on the shape alone and the chunks' gradients
 * are added in order, so the result is the same on any number of cores.
 */
final class SoftmaxLoss implements Objective {
  /** Rows that are multiplied at a time; their double copies stay in the cache. */
  private static final int TILE = 64;

  private static final int MAX_CHUNKS = 16;
  private static final int MAX_PARTIAL_VALUES = 1 << 23;

  private final LabelledEmbeddings data;
  private final int[] rows;
  private final double[] center;
  private final double penalty;
  private final Cores cores;
  private final double[][] partialGradients;
  private final double[] partialLosses;

  /**
   * @param rows the rows of {@code data} to fit, 1 or more
   * @param center c, float64 [D]
   * @param c inverse strength of the penalty, greater than 0
   */
  SoftmaxLoss(LabelledEmbeddings data, int[] rows, double[] center, double c, Cores cores) {
    this.data = data;
    this.rows = rows;
    this.center = center;
    this.penalty = 1 / (c * rows.length);
    this.cores = cores;
    int chunks =
        Math.clamp(
            Math.min(MAX_PARTIAL_VALUES / size(), Math.ceilDiv(rows.length, TILE)), 1, MAX_CHUNKS);
    this.partialGradients = new double[chunks][size()];
    this.partialLosses = new double[chunks];
  }

  @Override
  public int size() {
    return data.classes() * (data.embeddings().size() + 1);
  }

  @Override
  public double evaluate(double[] point, double[] gradient) throws InterruptedException {
    int chunks = partialLosses.length;
    cores.run(chunks, chunk -> accumulate(point, chunk, chunks));
    Arrays.fill(gradient, 0);
    double loss = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      loss += partialLosses[chunk];
      Vectors.addScaled(gradient, 1.0 / rows.length, partialGradients[chunk]);
    }
    double squares = 0;
    int weights = data.classes() * data.embeddings().size();
    for (int i = 0; i < weights; i++) {
      squares += point[i] * point[i];
      gradient[i] += penalty * point[i];
    }
    return loss / rows.length + 0.5 * penalty * squares;
  }

  private void accumulate(double[] point, int chunk, int chunks) {
    int from = (int) ((long) rows.length * chunk / chunks);
    int to = (int) ((long) rows.length * (chunk + 1) / chunks);
    double[] gradient = partialGradients[chunk];
    Arrays.fill(gradient, 0);
    Tile tile = new Tile(data.classes(), data.embeddings().size(), TILE);
    double loss = 0;
    for (int first = from; first < to; first += TILE) {
      int width = Math.min(TILE, to - first);
      tile.load(data, rows, first, width, center);
      tile.score(point);
      loss += tile.lossAndResiduals();
      tile.addGradient(gradient);
    }
    partialLosses[chunk] = loss;
  }
}
