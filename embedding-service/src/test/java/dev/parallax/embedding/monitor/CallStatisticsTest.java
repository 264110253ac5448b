package dev.parallax.embedding.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.monitor.CallStatistics.Total;
import dev.parallax.embedding.monitor.CallStatistics.VersionStatistics;
import org.junit.jupiter.api.Test;

final class CallStatisticsTest {
  private final CallStatistics statistics = new CallStatistics();

  @Test
  void sums_areKeptForEachVersionAndBatchSize() {
    statistics.executed("m", 1, 4, 10, 20, 30);
    statistics.executed("m", 1, 4, 1, 2, 3);
    statistics.executed("m", 1, 1, 5, 6, 7);
    statistics.answered("m", 1, 9, 100, 200, 300, 400);
    statistics.notAnswered("m", 1, 50);
    statistics.notAnswered("m", 2, 60);

    VersionStatistics first = statistics.read("m", 1);
    assertThat(first.images()).isEqualTo(9);
    assertThat(first.executions()).isEqualTo(3);
    assertThat(first.success()).isEqualTo(new Total(1, 1000));
    assertThat(first.fail()).isEqualTo(new Total(1, 50));
    assertThat(first.queue()).isEqualTo(new Total(1, 200));
    assertThat(first.lastAnswer()).isPositive();
    assertThat(first.batches()).containsOnlyKeys(1, 4);
    assertThat(first.batches().get(4).infer()).isEqualTo(new Total(2, 22));
    assertThat(statistics.read("m", 2).fail()).isEqualTo(new Total(1, 60));
    assertThat(statistics.read("m", 2).success()).isEqualTo(new Total(0, 0));
  }

  @Test
  void aVersionThatIsGone_isForgotten() {
    statistics.notAnswered("m", 1, 1);
    statistics.notAnswered("m", 2, 1);
    statistics.retain((model, version) -> version == 2);
    assertThat(statistics.read("m", 1)).isEqualTo(VersionStatistics.NONE);
    assertThat(statistics.read("m", 2).fail().count()).isEqualTo(1);
  }
}
