package dev.parallax.platform.jobs;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where jobs outlive the service. Thread-safe; one queue at a time writes to it. */
public interface JobStore {
  /** A job and its place in the order of submission, which grows by one or more with every job. */
  record Stored(long sequence, Job job) {}

  /**
   * Stores a new job durably.
   *
   * @throws IllegalStateException when its id or its request id is there already
   */
  void insert(Job job);

  /** Overwrites what changes in the life of a job; a job that has ended is never changed again. */
  void update(Job job);

  Optional<Job> find(String id);

  /** The job that was submitted under a request id (not empty). */
  Optional<Job> findByRequestId(String requestId);

  /**
   * @param limit most jobs to return, 1 or more
   * @param beforeSequence only jobs with a smaller sequence
   * @return newest first
   */
  List<Stored> newest(int limit, long beforeSequence);

  /** Jobs that have not ended, oldest first. */
  List<Job> unfinished();

  /** Number of jobs in every state; states without jobs are absent. */
  Map<Job.State, Long> counts();
}
