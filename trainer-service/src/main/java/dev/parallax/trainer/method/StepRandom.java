package dev.parallax.trainer.method;

import java.util.SplittableRandom;

/** Draws of one step, which depend on (seed, step) alone, so that a resumed run draws the same. */
final class StepRandom {
  private static final long STEP = 0xd1b54a32d192ed03L;

  private StepRandom() {}

  static SplittableRandom of(long seed, long step) {
    return new SplittableRandom(new SplittableRandom(seed ^ STEP).nextLong() + mixed(step));
  }

  /** SplittableRandom steps by a constant, so neighbouring seeds have to lie far apart. */
  private static long mixed(long step) {
    return new SplittableRandom(step).nextLong();
  }
}
