package dev.parallax.eval.linear;

/** Arithmetic on vectors of doubles, in fixed order. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** {@code target += factor * other}. */
  static void addScaled(double[] target, double factor, double[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * other[i];
    }
  }

  static void scale(double[] target, double factor) {
    for (int i = 0; i < target.length; i++) {
      target[i] *= factor;
    }
  }

  static double[] difference(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] - b[i];
    }
    return result;
  }
}
