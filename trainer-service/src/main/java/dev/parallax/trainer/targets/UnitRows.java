package dev.parallax.trainer.targets;

import java.util.SplittableRandom;

/** Directions drawn evenly from the sphere. */
final class UnitRows {
  private UnitRows() {}

  /** {@code [rows, dimensions]}, row by row, each of unit length; the same for the same seed. */
  static float[] random(int rows, int dimensions, long seed) {
    var random = new SplittableRandom(seed);
    float[] values = new float[Math.multiplyExact(rows, dimensions)];
    double[] row = new double[dimensions];
    for (int i = 0; i < rows; i++) {
      double squares = 0;
      for (int j = 0; j < dimensions; j++) {
        row[j] = random.nextGaussian();
        squares += row[j] * row[j];
      }
      double length = Math.sqrt(squares);
      for (int j = 0; j < dimensions; j++) {
        values[i * dimensions + j] = (float) (row[j] / length);
      }
    }
    return values;
  }
}
