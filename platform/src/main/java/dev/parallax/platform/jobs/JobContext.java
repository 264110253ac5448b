package dev.parallax.platform.jobs;

import java.util.OptionalDouble;

/**
 * What a running job tells of itself. Every method is cheap and may be called from any thread and
 * at any rate.
 */
public interface JobContext {
  /** What the job does now, one line for people: "epoch 3 of 10". */
  void activity(String activity);

  /**
   * @param fraction work done, 0 to 1; values outside are moved to the nearer end
   * @param etaSeconds seconds left, if they can be told
   */
  void progress(double fraction, OptionalDouble etaSeconds);

  /**
   * Something a user should know although the job goes on; only the first {@value Job#MAX_WARNINGS}
   * are kept.
   */
  void warn(String warning);

  /** Tells the watchers that something has changed which the service keeps beside the job. */
  default void touch() {}
}
