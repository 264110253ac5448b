package dev.parallax.eval.tsne;

import dev.parallax.eval.parallel.Cores;
import java.util.Arrays;

/**
 * The gradient of KL(P ‖ Q) with respect to the places of the points, and the divergence itself.
 * Repulsion is summed over all pairs; the loop runs over a block of points for each other point, so
 * that it compiles to vector instructions.
 */
final class Forces {
  private static final int BLOCK = 128;

  private final Affinities affinities;
  private final int count;
  private final Cores cores;
  private final float[] pushX;
  private final float[] pushY;
  private final float[] weights;
  private double totalWeight;

  Forces(Affinities affinities, Cores cores) {
    this.affinities = affinities;
    this.count = affinities.starts().length - 1;
    this.cores = cores;
    this.pushX = new float[count];
    this.pushY = new float[count];
    this.weights = new float[count];
  }

  /**
   * @param exaggeration factor on P
   * @param gradientX overwritten, float32 [N]
   */
  void gradient(float[] x, float[] y, double exaggeration, float[] gradientX, float[] gradientY)
      throws InterruptedException {
    repel(x, y);
    float inverse = (float) (1 / totalWeight);
    cores.rows(
        count,
        BLOCK,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            float pullX = 0;
            float pullY = 0;
            for (int j = affinities.starts()[i]; j < affinities.starts()[i + 1]; j++) {
              int other = affinities.neighbors()[j];
              float dx = x[i] - x[other];
              float dy = y[i] - y[other];
              float pull = affinities.values()[j] / (1 + dx * dx + dy * dy);
              pullX += pull * dx;
              pullY += pull * dy;
            }
            gradientX[i] = 4 * ((float) exaggeration * pullX - inverse * pushX[i]);
            gradientY[i] = 4 * ((float) exaggeration * pullY - inverse * pushY[i]);
          }
        });
  }

  double divergence(float[] x, float[] y) throws InterruptedException {
    repel(x, y);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      for (int j = affinities.starts()[i]; j < affinities.starts()[i + 1]; j++) {
        int other = affinities.neighbors()[j];
        double dx = (double) x[i] - x[other];
        double dy = (double) y[i] - y[other];
        double p = affinities.values()[j];
        double q = 1 / ((1 + dx * dx + dy * dy) * totalWeight);
        sum += p > 0 ? p * Math.log(p / q) : 0;
      }
    }
    return sum;
  }

  private void repel(float[] x, float[] y) throws InterruptedException {
    cores.rows(
        count,
        BLOCK,
        (from, to) -> {
          Arrays.fill(pushX, from, to, 0);
          Arrays.fill(pushY, from, to, 0);
          Arrays.fill(weights, from, to, 0);
          for (int j = 0; j < count; j++) {
            repelBlock(x, y, x[j], y[j], from, to);
          }
        });
    double sum = 0;
    for (int i = 0; i < count; i++) {
      // without the pair of a point with itself, whose weight is 1
      sum += weights[i] - 1.0;
    }
    totalWeight = Math.max(sum, Double.MIN_NORMAL);
  }

  private void repelBlock(float[] x, float[] y, float otherX, float otherY, int from, int to) {
    float[] sumX = pushX;
    float[] sumY = pushY;
    float[] sum = weights;
    for (int i = from; i < to; i++) {
      float dx = x[i] - otherX;
      float dy = y[i] - otherY;
      float weight = 1 / (1 + dx * dx + dy * dy);
      float squared = weight * weight;
      sum[i] += weight;
      sumX[i] += squared * dx;
      sumY[i] += squared * dy;
    }
  }
}
