package dev.parallax.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticTest {
  /** statistics.stdev([0.5, 0.52, 0.57]), Python 3.11. */
  @Test
  void deviation_isThatOfASample() {
    Statistic statistic = Statistic.of(List.of(0.5, 0.52, 0.57)).orElseThrow();
    assertThat(statistic.count()).isEqualTo(3);
    assertThat(statistic.mean()).isCloseTo(0.53, within(1e-12));
    assertThat(statistic.deviation().orElseThrow()).isCloseTo(0.03605551275463986, within(1e-12));
  }

  @Test
  void oneValue_hasNoDeviationAndNoneHasNoMean() {
    assertThat(Statistic.of(List.of(0.5)).orElseThrow().deviation()).isEmpty();
    assertThat(Statistic.of(List.of())).isEmpty();
  }
}
