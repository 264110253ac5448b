package dev.parallax.eval.tsne;

import dev.parallax.eval.embeddings.Embeddings;
import java.util.Random;

/**
 * Where t-SNE begins: the first two principal components, scaled so that the first has deviation
 * 1e-4.
 */
final class Principal {
  private static final int ITERATIONS = 50;
  private static final double DEVIATION = 1e-4;

  private Principal() {}

  /**
   * @param points [N, D]
   * @return float32 [2][N]
   */
  static float[][] components(Embeddings points) {
    double[] mean = mean(points);
    double[][] axes = new double[2][];
    double[][] places = new double[2][];
    Random random = new Random(0);
    for (int c = 0; c < 2; c++) {
      double[] axis = random.doubles(points.size(), -1, 1).toArray();
      for (int step = 0; step < ITERATIONS; step++) {
        if (c == 1) {
          addScaled(axis, -dot(axis, axes[0]), axes[0]);
        }
        normalize(axis);
        axis = transposed(points, mean, project(points, mean, axis));
      }
      if (c == 1) {
        addScaled(axis, -dot(axis, axes[0]), axes[0]);
      }
      normalize(axis);
      axes[c] = axis;
      places[c] = project(points, mean, axis);
    }
    return scaled(places, random);
  }

  private static float[][] scaled(double[][] places, Random random) {
    int count = places[0].length;
    double deviation = Math.sqrt(dot(places[0], places[0]) / count);
    float[][] scaled = new float[2][count];
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < count; i++) {
        // points that all coincide have no components; t-SNE needs some difference to begin with
        scaled[c][i] =
            (float)
                (DEVIATION
                    * (deviation > 1e-12 ? places[c][i] / deviation : random.nextGaussian()));
      }
    }
    return scaled;
  }

  private static double[] mean(Embeddings points) {
    double[] mean = new double[points.size()];
    for (int i = 0; i < points.count(); i++) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += points.values()[points.offset(i) + d] / points.count();
      }
    }
    return mean;
  }

  /** (X − mean) axis. */
  private static double[] project(Embeddings points, double[] mean, double[] axis) {
    double shift = dot(mean, axis);
    double[] places = new double[points.count()];
    for (int i = 0; i < places.length; i++) {
      double sum = -shift;
      int from = points.offset(i);
      for (int d = 0; d < axis.length; d++) {
        sum += points.values()[from + d] * axis[d];
      }
      places[i] = sum;
    }
    return places;
  }

  /** (X − mean)ᵀ places. */
  private static double[] transposed(Embeddings points, double[] mean, double[] places) {
    double[] axis = new double[mean.length];
    double total = 0;
    for (int i = 0; i < places.length; i++) {
      int from = points.offset(i);
      for (int d = 0; d < axis.length; d++) {
        axis[d] += places[i] * points.values()[from + d];
      }
      total += places[i];
    }
    addScaled(axis, -total, mean);
    return axis;
  }

  private static void normalize(double[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    for (int d = 0; d < vector.length; d++) {
      vector[d] = length > 0 ? vector[d] / length : 0;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addScaled(double[] target, double factor, double[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * other[i];
    }
  }
}
