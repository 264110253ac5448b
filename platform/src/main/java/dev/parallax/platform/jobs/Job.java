package dev.parallax.platform.jobs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A long piece of work as it stands; a value, so that whoever holds one sees no half-made change.
 *
 * @param id given by the queue
 * @param requestId given by the caller so that a repeated submission is recognised; empty: none
 * @param spec what to do, in the service's own encoding; not to be modified
 * @param activity what the job does now, for people
 * @param progress share of the work done, 0 to 1
 * @param etaSeconds seconds left by the job's own estimate, 0 or more
 * @param error one line; empty unless FAILED
 * @param warnings oldest first, at most {@value #MAX_WARNINGS}
 * @param result what came of it, in the service's own encoding; empty unless SUCCEEDED; not to be
 *     modified
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below compare contents
public record Job(
    String id,
    String requestId,
    byte[] spec,
    State state,
    String activity,
    double progress,
    OptionalDouble etaSeconds,
    String error,
    List<String> warnings,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    byte[] result) {

  /** Warnings kept; the last of them says that more were dropped. */
  public static final int MAX_WARNINGS = 100;

  private static final byte[] NOTHING = {};

  /**
   * QUEUED → RUNNING → SUCCEEDED | FAILED | CANCELLED; RUNNING → QUEUED when the service restarts.
   */
  public enum State {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Whether nothing can change any more. */
    public boolean ended() {
      return switch (this) {
        case QUEUED, RUNNING -> false;
        case SUCCEEDED, FAILED, CANCELLED -> true;
      };
    }
  }

  public Job {
    requireNonNull(id, "id is null");
    requireNonNull(requestId, "requestId is null");
    requireNonNull(spec, "spec is null");
    requireNonNull(state, "state is null");
    requireNonNull(activity, "activity is null");
    requireNonNull(etaSeconds, "etaSeconds is null");
    requireNonNull(error, "error is null");
    requireNonNull(created, "created is null");
    requireNonNull(started, "started is null");
    requireNonNull(ended, "ended is null");
    requireNonNull(result, "result is null");
    warnings = List.copyOf(warnings);
    if (!(progress >= 0 && progress <= 1)) {
      throw new IllegalArgumentException("progress is " + progress + "; allowed: 0 to 1");
    }
    if (ended.isPresent() != state.ended()) {
      throw new IllegalArgumentException("state is " + state + " but ended is " + ended);
    }
    if (warnings.size() > MAX_WARNINGS) {
      throw new IllegalArgumentException(
          "warnings has " + warnings.size() + " entries; allowed: at most " + MAX_WARNINGS);
    }
  }

  static Job queued(String id, String requestId, byte[] spec, Instant now) {
    return new Job(
        id,
        requestId,
        spec.clone(),
        State.QUEUED,
        "waiting for a free slot",
        0,
        OptionalDouble.empty(),
        "",
        List.of(),
        now,
        Optional.empty(),
        Optional.empty(),
        NOTHING);
  }

  Job running(Instant now) {
    return with(State.RUNNING, "starting", progress, OptionalDouble.empty(), warnings)
        .withStart(started.isPresent() ? started : Optional.of(now));
  }

  Job requeued() {
    return with(State.QUEUED, "waiting to resume", progress, OptionalDouble.empty(), warnings);
  }

  Job doing(String newActivity) {
    return with(state, newActivity, progress, etaSeconds, warnings);
  }

  /** NaN leaves the progress as it is; values outside 0 to 1 are moved to the nearer end. */
  Job progressed(double fraction, OptionalDouble newEta) {
    double clamped = Double.isNaN(fraction) ? progress : Math.clamp(fraction, 0.0, 1.0);
    OptionalDouble eta =
        newEta.isPresent() && newEta.getAsDouble() >= 0 && Double.isFinite(newEta.getAsDouble())
            ? newEta
            : OptionalDouble.empty();
    return with(state, activity, clamped, eta, warnings);
  }

  Job warned(String warning) {
    if (warnings.size() == MAX_WARNINGS) {
      return this;
    }
    List<String> longer = new ArrayList<>(warnings);
    longer.add(
        longer.size() == MAX_WARNINGS - 1
            ? "more than " + (MAX_WARNINGS - 1) + " warnings; further ones are not kept"
            : oneLine(warning));
    return with(state, activity, progress, etaSeconds, longer);
  }

  Job succeeded(Instant now, byte[] newResult) {
    return end(State.SUCCEEDED, "done", 1, "", now, newResult);
  }

  Job failed(Instant now, String line) {
    return end(State.FAILED, "failed", progress, oneLine(line), now, NOTHING);
  }

  Job cancelled(Instant now) {
    return end(State.CANCELLED, "cancelled", progress, "", now, NOTHING);
  }

  private Job end(
      State newState,
      String newActivity,
      double newProgress,
      String line,
      Instant now,
      byte[] bytes) {
    return new Job(
        id,
        requestId,
        spec,
        newState,
        newActivity,
        newProgress,
        OptionalDouble.empty(),
        line,
        warnings,
        created,
        started,
        Optional.of(now),
        bytes);
  }

  private Job with(
      State newState,
      String newActivity,
      double newProgress,
      OptionalDouble eta,
      List<String> list) {
    return new Job(
        id,
        requestId,
        spec,
        newState,
        oneLine(newActivity),
        newProgress,
        eta,
        error,
        list,
        created,
        started,
        ended,
        result);
  }

  private Job withStart(Optional<Instant> start) {
    return new Job(
        id,
        requestId,
        spec,
        state,
        activity,
        progress,
        etaSeconds,
        error,
        warnings,
        created,
        start,
        ended,
        result);
  }

  private static String oneLine(String text) {
    // NUL is the one character that PostgreSQL does not keep
    String line = text.replaceAll("\\s*\\R\\s*", " ").replace('\0', ' ').strip();
    return line.length() <= 1000 ? line : line.substring(0, 999) + "…";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Job job
        && id.equals(job.id)
        && requestId.equals(job.requestId)
        && Arrays.equals(spec, job.spec)
        && state == job.state
        && activity.equals(job.activity)
        && Double.compare(progress, job.progress) == 0
        && etaSeconds.equals(job.etaSeconds)
        && error.equals(job.error)
        && warnings.equals(job.warnings)
        && created.equals(job.created)
        && started.equals(job.started)
        && ended.equals(job.ended)
        && Arrays.equals(result, job.result);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Without the bytes of spec and result. */
  @Override
  public String toString() {
    return "Job[%s, %s, %s, %.3f]".formatted(id, state, activity, progress);
  }
}
