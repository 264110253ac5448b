package dev.parallax.trainer.control;

import dev.parallax.trainer.v1.TrainingPoint;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.sql.DataSource;

/**
 * Every job's curve: those of running jobs in memory and in the database, the others in the
 * database.
 */
public final class TrainingPoints {
  private final PointStore store;
  private final ConcurrentMap<String, PointSeries> running = new ConcurrentHashMap<>();

  public TrainingPoints(DataSource dataSource) {
    this.store = new PointStore(dataSource);
  }

  /** Steps ascending, at most {@value PointSeries#MAX_POINTS}. */
  public List<TrainingPoint> of(String job) {
    PointSeries series = running.get(job);
    return (series == null ? store.read(job) : snapshot(series))
        .stream().map(WeightedPoint::point).toList();
  }

  /** Views trained on per second by all running jobs, as last reported. */
  public double viewsPerSecond() {
    return running.values().stream()
        .map(TrainingPoints::snapshot)
        .filter(points -> !points.isEmpty())
        .mapToDouble(points -> points.getLast().point().getViewsPerSecond())
        .sum();
  }

  void begin(String job) {
    running.put(job, new PointSeries(store.read(job)));
  }

  void add(String job, TrainingPoint point) {
    PointSeries series = running.get(job);
    if (series == null) {
      return; // a last word after the job's end
    }
    synchronized (series) {
      switch (series.add(point)) {
        case NONE -> {}
        case APPENDED -> store.append(job, series.points().getLast());
        case REWRITTEN -> store.replace(job, series.points());
      }
    }
  }

  void end(String job) {
    running.remove(job);
  }

  private static List<WeightedPoint> snapshot(PointSeries series) {
    synchronized (series) {
      return series.points();
    }
  }
}
