package dev.parallax.trainer.method;

import java.nio.ByteBuffer;

/** A trained classifier that a student learns from. */
public interface Teacher extends AutoCloseable {
  /** Classes it tells apart. */
  int classes();

  /**
   * Its answers.
   *
   * @param pixels uint8 {@code [n, side, side, 3]}, from the buffer's start
   * @return logits {@code [n, classes]} in row-major order
   */
  float[] logits(ByteBuffer pixels, int n);

  @Override
  void close();
}
