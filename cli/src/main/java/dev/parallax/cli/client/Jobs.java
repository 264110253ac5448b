package dev.parallax.cli.client;

import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import java.util.Locale;
import java.util.OptionalDouble;

/** What the jobs of trainer and eval service have in common. */
public final class Jobs {
  private static final String PREFIX = "JOB_STATE_";

  private Jobs() {}

  public static boolean ended(JobStatus status) {
    return switch (status.getState()) {
      case JOB_STATE_SUCCEEDED, JOB_STATE_FAILED, JOB_STATE_CANCELLED -> true;
      case JOB_STATE_UNSPECIFIED, JOB_STATE_QUEUED, JOB_STATE_RUNNING, UNRECOGNIZED -> false;
    };
  }

  /** {@code running}. */
  public static String text(JobState state) {
    return state.name().replace(PREFIX, "").toLowerCase(Locale.ROOT);
  }

  /** What it does: its activity, or its state where it has none. */
  public static String activity(JobStatus status) {
    return status.getActivity().isBlank() ? text(status.getState()) : status.getActivity();
  }

  public static OptionalDouble eta(JobStatus status) {
    return status.hasEtaSeconds()
        ? OptionalDouble.of(status.getEtaSeconds())
        : OptionalDouble.empty();
  }
}
