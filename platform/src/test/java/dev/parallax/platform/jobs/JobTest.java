package dev.parallax.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class JobTest {
  private static final Instant NOW = Instant.ofEpochSecond(1000, 5000);
  private final Job queued = Job.queued("a", "", new byte[0], NOW);

  @Test
  void warnings_stopAtTheLimitAndSayThatMoreWereDropped() {
    Job job = queued;
    for (int i = 0; i < 250; i++) {
      job = job.warned("warning " + i);
    }
    assertThat(job.warnings()).hasSize(Job.MAX_WARNINGS);
    assertThat(job.warnings().get(98)).isEqualTo("warning 98");
    assertThat(job.warnings().getLast()).startsWith("more than 99 warnings");
  }

  @Test
  void progress_staysBetweenZeroAndOne() {
    assertThat(queued.progressed(2, OptionalDouble.empty()).progress()).isEqualTo(1);
    assertThat(queued.progressed(-1, OptionalDouble.empty()).progress()).isEqualTo(0);
    assertThat(queued.progressed(Double.NaN, OptionalDouble.of(Double.NaN)))
        .satisfies(
            job -> {
              assertThat(job.progress()).isZero();
              assertThat(job.etaSeconds()).isEmpty();
            });
  }

  @Test
  void lines_areSingleAndBounded() {
    assertThat(queued.warned("a\nb\0c").warnings()).containsExactly("a b c");
    assertThat(queued.doing("x".repeat(5000)).activity()).hasSize(1000);
    assertThat(queued.running(NOW).failed(NOW, "a\r\n\tb").error()).isEqualTo("a b");
  }

  @Test
  void resumedJob_keepsItsFirstStart() {
    Job resumed = queued.running(NOW).requeued().running(NOW.plusSeconds(9));
    assertThat(resumed.started()).contains(NOW);
  }

  @Test
  void endTime_belongsToEndedStatesOnly() {
    assertThatThrownBy(
            () ->
                new Job(
                    "a",
                    "",
                    new byte[0],
                    Job.State.FAILED,
                    "",
                    0,
                    OptionalDouble.empty(),
                    "",
                    java.util.List.of(),
                    NOW,
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    new byte[0]))
        .hasMessageContaining("state is FAILED");
  }

  @Test
  void status_showsEveryField() {
    JobStatus status =
        JobStatuses.of(
            queued
                .running(NOW.plusSeconds(1))
                .doing("epoch 1")
                .progressed(0.5, OptionalDouble.of(3))
                .warned("w"));
    assertThat(status.getState()).isEqualTo(JobState.JOB_STATE_RUNNING);
    assertThat(status.getActivity()).isEqualTo("epoch 1");
    assertThat(status.getProgress()).isEqualTo(0.5);
    assertThat(status.getEtaSeconds()).isEqualTo(3);
    assertThat(status.getWarningsList()).containsExactly("w");
    assertThat(Timestamps.toNanos(status.getCreateTime())).isEqualTo(1_000_000_005_000L);
    assertThat(status.getStartTime().getSeconds()).isEqualTo(1001);
    assertThat(status.hasEndTime()).isFalse();
    assertThat(JobStatuses.of(queued).hasEtaSeconds()).isFalse();
    for (Job.State state : Job.State.values()) {
      assertThat(JobStatuses.of(state).name()).isEqualTo("JOB_STATE_" + state.name());
    }
  }
}
