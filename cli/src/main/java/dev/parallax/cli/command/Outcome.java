package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.client.Jobs;
import dev.parallax.job.v1.JobStatus;

/** What the end of a job means to the one who waited for it. */
public final class Outcome {
  private Outcome() {}

  /**
   * @param what the job: {@code training job 3f…}
   * @throws CliException with exit code 4 when the job did not succeed
   */
  public static void requireSuccess(String what, JobStatus status) {
    switch (status.getState()) {
      case JOB_STATE_SUCCEEDED -> {}
      case JOB_STATE_FAILED -> throw CliException.jobFailed(what + " failed: " + status.getError());
      case JOB_STATE_CANCELLED -> throw CliException.jobFailed(what + " was cancelled");
      case JOB_STATE_UNSPECIFIED, JOB_STATE_QUEUED, JOB_STATE_RUNNING, UNRECOGNIZED ->
          throw new IllegalStateException(what + " has not ended: " + Jobs.text(status.getState()));
    }
  }
}
