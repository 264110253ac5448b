package dev.parallax.trainer.views;

import java.util.SplittableRandom;

/** The order of the images in an epoch: a permutation that depends on (seed, epoch) alone. */
public final class EpochOrder {
  private EpochOrder() {}

  /** A permutation of 0 to {@code images - 1}, Fisher and Yates. */
  public static int[] of(long seed, long epoch, int images) {
    SplittableRandom random = ViewSeed.order(seed, epoch);
    int[] order = new int[images];
    for (int i = 0; i < images; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
