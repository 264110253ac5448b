package dev.parallax.trainer.control;

import dev.parallax.trainer.v1.TrainingPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * A job's curve in bounded memory. When it is full, neighbours are merged in pairs and from then on
 * every point stands for twice as many reports, so that the whole run stays equally fine. Points
 * with an online kNN are not waited for. Not thread-safe.
 */
final class PointSeries {
  /** Points at which neighbours are merged; even, so that none is left over. */
  static final int MAX_POINTS = 2000;

  /** What a report did to the points. */
  enum Change {
    /** Nothing yet: it waits for its neighbours. */
    NONE,
    /** One more at the end. */
    APPENDED,
    /** Others have changed, too. */
    REWRITTEN
  }

  private final List<WeightedPoint> points;
  private int stride;
  private WeightedPoint pending;

  /**
   * @param points of a former life, steps ascending
   */
  PointSeries(List<WeightedPoint> points) {
    this.points = new ArrayList<>(points);
    this.stride =
        Integer.highestOneBit(points.stream().mapToInt(WeightedPoint::weight).max().orElse(1));
  }

  /**
   * Adds a report. One that goes back in time, as after a restart from a checkpoint, takes the
   * place of what it repeats.
   */
  Change add(TrainingPoint report) {
    boolean rewound = rewind(report.getStep());
    WeightedPoint point = WeightedPoint.of(report);
    pending = pending == null ? point : pending.merge(point);
    if (pending.weight() < stride && !report.hasOnlineKnn()) {
      return rewound ? Change.REWRITTEN : Change.NONE;
    }
    points.add(pending);
    pending = null;
    if (points.size() == MAX_POINTS) {
      halve();
      return Change.REWRITTEN;
    }
    return rewound ? Change.REWRITTEN : Change.APPENDED;
  }

  List<WeightedPoint> points() {
    return List.copyOf(points);
  }

  private boolean rewind(long step) {
    if (pending != null && pending.step() >= step) {
      pending = null;
    }
    return points.removeIf(point -> point.step() >= step);
  }

  private void halve() {
    List<WeightedPoint> halved = new ArrayList<>();
    for (int i = 0; i < points.size(); i += 2) {
      halved.add(i + 1 < points.size() ? points.get(i).merge(points.get(i + 1)) : points.get(i));
    }
    points.clear();
    points.addAll(halved);
    stride *= 2;
  }
}
