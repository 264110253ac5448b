package dev.parallax.eval.linear;

/** The factor L of a symmetric positive definite matrix L Lᵀ. */
final class Cholesky {
  private final int size;
  private final double[] lower;

  /**
   * Row i of {@code upper} is column i of L from the diagonal on, so that both substitutions read
   * along rows.
   */
  private final double[] upper;

  /**
   * @param matrix float64 [size, size], of which the lower triangle is read; overwritten
   */
  Cholesky(int size, double[] matrix) {
    this.size = size;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i * size + j] - dot(matrix, i * size, j * size, j);
        if (i == j && !(sum > 0)) {
          throw new IllegalArgumentException("the matrix is not positive definite at row " + i);
        }
        matrix[i * size + j] = i == j ? Math.sqrt(sum) : sum / matrix[j * size + j];
      }
    }
    this.lower = matrix;
    this.upper = new double[matrix.length];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        upper[j * size + i] = lower[i * size + j];
      }
    }
  }

  /**
   * Overwrites {@code size} values of {@code vector} from {@code offset} with the solution of L Lᵀ
   * x = vector.
   */
  void solve(double[] vector, int offset) {
    for (int i = 0; i < size; i++) {
      double sum = vector[offset + i];
      for (int j = 0; j < i; j++) {
        sum -= lower[i * size + j] * vector[offset + j];
      }
      vector[offset + i] = sum / lower[i * size + i];
    }
    for (int i = size - 1; i >= 0; i--) {
      double sum = vector[offset + i];
      for (int j = i + 1; j < size; j++) {
        sum -= upper[i * size + j] * vector[offset + j];
      }
      vector[offset + i] = sum / upper[i * size + i];
    }
  }

  /** Four sums at a time: one would wait for each addition. */
  private static double dot(double[] matrix, int a, int b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      s0 += matrix[a + i] * matrix[b + i];
      s1 += matrix[a + i + 1] * matrix[b + i + 1];
      s2 += matrix[a + i + 2] * matrix[b + i + 2];
      s3 += matrix[a + i + 3] * matrix[b + i + 3];
    }
    for (; i < length; i++) {
      s0 += matrix[a + i] * matrix[b + i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
