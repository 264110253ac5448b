package dev.parallax.eval.parallel;

/** Hears how far a computation is. Called from any thread. */
@FunctionalInterface
public interface Progress {
  /** Nobody listens. */
  Progress NONE = fraction -> {};

  /**
   * @param fraction share of the work done, 0 to 1
   */
  void at(double fraction);

  /** The part of this progress between {@code from} and {@code to}, itself reported as 0 to 1. */
  default Progress part(double from, double to) {
    return fraction -> at(from + fraction * (to - from));
  }
}
