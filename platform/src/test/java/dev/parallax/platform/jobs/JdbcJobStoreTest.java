package dev.parallax.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class JdbcJobStoreTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");

  private final JdbcJobStore store = new JdbcJobStore(JobsTable.create(), "jobs");

  private static Job job(String id, String requestId) {
    return Job.queued(id, requestId, new byte[] {1, -2, 3}, NOW);
  }

  @Test
  void job_comesBackAsItWas() {
    Job running =
        job("a", "r")
            .running(NOW.plusSeconds(1))
            .doing("epoch 1 of 2")
            .progressed(0.25, OptionalDouble.of(12.5))
            .warned("first")
            .warned("second, ünïcode");
    store.insert(job("a", "r"));
    store.update(running);
    assertThat(store.find("a")).contains(running);
    assertThat(store.findByRequestId("r")).contains(running);
    Job succeeded = running.succeeded(NOW.plusSeconds(2), new byte[] {0, 127});
    store.update(succeeded);
    assertThat(store.find("a")).contains(succeeded);
  }

  @Test
  void largeResult_isKept() {
    store.insert(job("a", ""));
    byte[] result = new byte[3 << 20];
    result[result.length - 1] = 9;
    store.update(job("a", "").running(NOW).succeeded(NOW, result));
    assertThat(store.find("a").orElseThrow().result()).isEqualTo(result);
  }

  @Test
  void endedJob_isNeverChangedAgain() {
    store.insert(job("a", ""));
    Job cancelled = job("a", "").cancelled(NOW);
    store.update(cancelled);
    store.update(job("a", "").running(NOW));
    assertThat(store.find("a")).contains(cancelled);
  }

  @Test
  void manyJobsWithoutRequestId_areAllowedButNotTwoWithTheSame() {
    store.insert(job("a", ""));
    store.insert(job("b", ""));
    store.insert(job("c", "r"));
    assertThatThrownBy(() -> store.insert(job("d", "r"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.insert(job("a", ""))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void newest_goesBackInTime() {
    for (String id : List.of("a", "b", "c")) {
      store.insert(job(id, ""));
    }
    List<JobStore.Stored> first = store.newest(2, Long.MAX_VALUE);
    assertThat(first).extracting(stored -> stored.job().id()).containsExactly("c", "b");
    assertThat(store.newest(2, first.getLast().sequence()))
        .extracting(stored -> stored.job().id())
        .containsExactly("a");
  }

  @Test
  void unfinishedAndCounts_followTheState() {
    store.insert(job("a", ""));
    store.insert(job("b", ""));
    store.insert(job("c", ""));
    store.update(job("b", "").running(NOW).failed(NOW, "no"));
    store.update(job("c", "").running(NOW));
    assertThat(store.unfinished()).extracting(Job::id).containsExactly("a", "c");
    assertThat(store.counts())
        .isEqualTo(Map.of(Job.State.QUEUED, 1L, Job.State.RUNNING, 1L, Job.State.FAILED, 1L));
  }

  @Test
  void tableName_cannotCarrySql() {
    assertThatThrownBy(() -> new JdbcJobStore(JobsTable.create(), "jobs; drop table jobs"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table is");
  }
}
