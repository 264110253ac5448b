package dev.parallax.trainer.control;

import dev.parallax.trainer.v1.TrainingPoint;

/**
 * A point that stands for one or more reports.
 *
 * @param weight number of reports, 1 or more
 */
record WeightedPoint(TrainingPoint point, int weight) {
  WeightedPoint {
    if (weight < 1) {
      throw new IllegalArgumentException("weight is " + weight + "; allowed: 1 or more");
    }
  }

  static WeightedPoint of(TrainingPoint point) {
    return new WeightedPoint(point, 1);
  }

  long step() {
    return point.getStep();
  }

  /**
   * This point and the later one as one: means where the values are means since the last point, the
   * later value elsewhere.
   */
  WeightedPoint merge(WeightedPoint later) {
    TrainingPoint a = point;
    TrainingPoint b = later.point;
    double share = (double) weight / (weight + later.weight);
    TrainingPoint.Builder merged = b.toBuilder();
    if (a.hasLoss()) {
      merged.setLoss(b.hasLoss() ? share * a.getLoss() + (1 - share) * b.getLoss() : a.getLoss());
    }
    if (a.hasViewsPerSecond()) {
      merged.setViewsPerSecond(
          b.hasViewsPerSecond()
              ? 1 / (share / a.getViewsPerSecond() + (1 - share) / b.getViewsPerSecond())
              : a.getViewsPerSecond());
    }
    if (!b.hasOnlineKnn() && a.hasOnlineKnn()) {
      merged.setOnlineKnn(a.getOnlineKnn());
    }
    if (!b.hasFeatureSpread() && a.hasFeatureSpread()) {
      merged.setFeatureSpread(a.getFeatureSpread());
    }
    return new WeightedPoint(merged.build(), weight + later.weight);
  }
}
