package dev.parallax.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.control.PointSeries.Change;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointSeriesTest {
  private final PointSeries series = new PointSeries(List.of());

  private static TrainingPoint point(long step, double loss) {
    return TrainingPoint.newBuilder().setStep(step).setLoss(loss).setViewsPerSecond(100).build();
  }

  private static int reports(List<WeightedPoint> points) {
    return points.stream().mapToInt(WeightedPoint::weight).sum();
  }

  @Test
  void fewPoints_areKeptAsTheyAre() {
    assertThat(series.add(point(1, 2))).isEqualTo(Change.APPENDED);
    assertThat(series.add(point(2, 1))).isEqualTo(Change.APPENDED);
    assertThat(series.points())
        .containsExactly(new WeightedPoint(point(1, 2), 1), new WeightedPoint(point(2, 1), 1));
  }

  @Test
  void manyPoints_stayBoundedEvenAndKeepTheMeanLoss() {
    int n = 50_000;
    double sum = 0;
    for (int i = 1; i <= n; i++) {
      series.add(point(i, i));
      sum += i;
    }
    List<WeightedPoint> points = series.points();
    assertThat(points).hasSizeBetween(1000, PointSeries.MAX_POINTS);
    assertThat(points).extracting(WeightedPoint::step).isSorted();
    assertThat(points).extracting(WeightedPoint::weight).containsOnly(points.getFirst().weight());
    assertThat(reports(points)).isGreaterThan(n - points.getFirst().weight());
    double mean =
        points.stream().mapToDouble(p -> p.weight() * p.point().getLoss()).sum() / reports(points);
    assertThat(mean).isCloseTo(sum / n, within(20.0));
  }

  @Test
  void onlineKnn_isShownAtOnceAndSurvivesMerging() {
    for (int i = 1; i <= 10_000; i++) {
      TrainingPoint.Builder point = point(i, 1).toBuilder();
      if (i == 9_001) {
        point.setOnlineKnn(0.5);
        assertThat(series.add(point.build())).isEqualTo(Change.APPENDED);
      } else {
        series.add(point.build());
      }
    }
    assertThat(series.points()).filteredOn(p -> p.point().hasOnlineKnn()).hasSize(1);
  }

  @Test
  void everyPointWithKnn_staysBoundedToo() {
    for (int i = 1; i <= 9_000; i++) {
      series.add(point(i, 1).toBuilder().setOnlineKnn(0.1).build());
    }
    assertThat(series.points()).hasSizeLessThanOrEqualTo(PointSeries.MAX_POINTS);
  }

  @Test
  void restartFromACheckpoint_replacesWhatItRepeats() {
    for (int i = 1; i <= 5; i++) {
      series.add(point(i, 1));
    }
    assertThat(series.add(point(4, 9))).isEqualTo(Change.REWRITTEN);
    assertThat(series.points()).extracting(WeightedPoint::step).containsExactly(1L, 2L, 3L, 4L);
    assertThat(series.points().getLast().point().getLoss()).isEqualTo(9);
  }

  @Test
  void storedSeries_goesOnWithItsStride() {
    for (int i = 1; i <= 5_000; i++) {
      series.add(point(i, 1));
    }
    PointSeries resumed = new PointSeries(series.points());
    int stride = series.points().getFirst().weight();
    assertThat(stride).isGreaterThan(1);
    for (int i = 1; i < stride; i++) {
      assertThat(resumed.add(point(5_000 + i, 1))).isEqualTo(Change.NONE);
    }
    assertThat(resumed.add(point(5_000 + stride, 1))).isEqualTo(Change.APPENDED);
  }

  @Test
  void merge_weighsMeansAndAveragesRatesOverTheSameWork() {
    WeightedPoint merged =
        new WeightedPoint(point(1, 1), 3)
            .merge(new WeightedPoint(point(2, 5).toBuilder().setViewsPerSecond(50).build(), 1));
    assertThat(merged.weight()).isEqualTo(4);
    assertThat(merged.step()).isEqualTo(2);
    assertThat(merged.point().getLoss()).isEqualTo(2);
    assertThat(merged.point().getViewsPerSecond()).isCloseTo(80, within(1e-9));
  }
}
