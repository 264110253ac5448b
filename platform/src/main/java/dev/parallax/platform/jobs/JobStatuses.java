package dev.parallax.platform.jobs;

import com.google.protobuf.Timestamp;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import java.time.Instant;

/** A job as the contract shows it. */
public final class JobStatuses {
  private JobStatuses() {}

  public static JobStatus of(Job job) {
    JobStatus.Builder status =
        JobStatus.newBuilder()
            .setState(of(job.state()))
            .setActivity(job.activity())
            .setProgress(job.progress())
            .setError(job.error())
            .addAllWarnings(job.warnings())
            .setCreateTime(of(job.created()));
    job.etaSeconds().ifPresent(status::setEtaSeconds);
    job.started().map(JobStatuses::of).ifPresent(status::setStartTime);
    job.ended().map(JobStatuses::of).ifPresent(status::setEndTime);
    return status.build();
  }

  public static JobState of(Job.State state) {
    return switch (state) {
      case QUEUED -> JobState.JOB_STATE_QUEUED;
      case RUNNING -> JobState.JOB_STATE_RUNNING;
      case SUCCEEDED -> JobState.JOB_STATE_SUCCEEDED;
      case FAILED -> JobState.JOB_STATE_FAILED;
      case CANCELLED -> JobState.JOB_STATE_CANCELLED;
    };
  }

  private static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
