package dev.parallax.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class JobCountsTest {
  @Test
  void aScrapeAsksOnce_andTheNextOneAgain() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE);
    AtomicInteger queries = new AtomicInteger();
    JobCounts counts =
        new JobCounts(() -> Map.of(Job.State.RUNNING, (long) queries.incrementAndGet()), now::get);
    assertThat(counts.count(Job.State.RUNNING)).isEqualTo(1);
    assertThat(counts.count(Job.State.FAILED)).isZero();
    assertThat(counts.count(Job.State.RUNNING)).isEqualTo(1);
    // the clock may wrap
    now.addAndGet(Duration.ofMillis(1001).toNanos());
    assertThat(counts.count(Job.State.RUNNING)).isEqualTo(2);
    assertThat(queries).hasValue(2);
  }
}
