package dev.parallax.trainer.views;

import java.util.SplittableRandom;

/** Generators that depend on nothing but what they are for. */
public final class ViewSeed {
  private ViewSeed() {}

  /** The generator of one view of one image in one epoch. */
  static SplittableRandom view(long seed, long epoch, long image, int view) {
    return new SplittableRandom(mix(mix(mix(mix(seed) + epoch) + image) + view));
  }

  /** The generator of an epoch's order. */
  static SplittableRandom order(long seed, long epoch) {
    return new SplittableRandom(mix(mix(seed + 0x5851f42d4c957f2dL) + epoch));
  }

  /** The finaliser of SplitMix64, Steele et al. 2014. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
