package dev.parallax.trainer.pretrain;

import java.util.OptionalDouble;

/** Time left at the pace so far. */
final class Eta {
  private static final int MIN_STEPS = 5;

  private long startStep;
  private long startTime;

  void start(long step) {
    startStep = step;
    startTime = System.nanoTime();
  }

  /** Seconds left; empty while there is too little to go by. */
  OptionalDouble seconds(long step, long total) {
    long done = step - startStep;
    if (done < MIN_STEPS) {
      return OptionalDouble.empty();
    }
    double perStep = (System.nanoTime() - startTime) / 1e9 / done;
    return OptionalDouble.of(perStep * (total - step));
  }
}
