package dev.parallax.embedding.batching;

/**
 * What an image takes, over the latest runs; each weighs a 32nd less than the one after it.
 * Thread-safe.
 */
final class Pace {
  /** Runs before there is a {@link #settled} figure: the first ones are slow. */
  static final int WARM_UP = 8;

  private static final double KEPT = 31.0 / 32;

  private double nanos;
  private double images;
  private int runs;

  /**
   * @param done images of one run, 1 or more
   * @param took nanoseconds
   */
  synchronized void add(int done, long took) {
    nanos = KEPT * nanos + took;
    images = KEPT * images + done;
    runs = Math.min(runs + 1, WARM_UP);
  }

  /** Nanoseconds per image by what there is; 0 before the first run. */
  synchronized double latest() {
    return images == 0 ? 0 : nanos / images;
  }

  /** Nanoseconds per image; 0 as long as there were too few runs to rely on. */
  synchronized double settled() {
    return runs < WARM_UP ? 0 : nanos / images;
  }
}
