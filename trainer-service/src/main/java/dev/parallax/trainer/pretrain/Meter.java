package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.v1.TrainingPoint;

/** Averages between two reports. */
final class Meter {
  private double lossSum;
  private long steps;
  private long views;
  private long since = System.nanoTime();

  void add(double loss, int viewsOfStep) {
    lossSum += loss;
    steps++;
    views += viewsOfStep;
  }

  double seconds() {
    return (System.nanoTime() - since) / 1e9;
  }

  /** Fills in the averages and starts anew. */
  void report(TrainingPoint.Builder point) {
    if (steps > 0) {
      point.setLoss(lossSum / steps).setViewsPerSecond(views / Math.max(1e-9, seconds()));
    }
    reset();
  }

  /** Leaves the time since the last report out of the next one. */
  void reset() {
    lossSum = 0;
    steps = 0;
    views = 0;
    since = System.nanoTime();
  }
}
