package dev.parallax.embedding.serving;

/** Arithmetic on vectors. */
final class Vectors {
  private Vectors() {}

  /** Scales to unit length in place; the zero vector stays. */
  static void l2Normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares == 0) {
      return;
    }
    double scale = 1 / Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] * scale);
    }
  }
}
