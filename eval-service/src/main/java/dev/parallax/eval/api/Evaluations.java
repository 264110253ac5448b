package dev.parallax.eval.api;

import dev.parallax.eval.evaluation.Preflight;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobQueue;
import dev.parallax.platform.jobs.JobStore;
import dev.parallax.platform.names.Names;
import java.util.Map;

/** Accepts evaluations that can succeed, and queues them. */
final class Evaluations {
  private final JobQueue queue;
  private final JobStore store;
  private final Preflight preflight;

  Evaluations(JobQueue queue, JobStore store, Preflight preflight) {
    this.queue = queue;
    this.store = store;
    this.preflight = preflight;
  }

  /**
   * @param requestId the same id with the same spec returns the evaluation that the first call made
   * @throws dev.parallax.platform.errors.RequestException when the spec, its data or its model do
   *     not allow it
   */
  Job create(String requestId, EvaluationSpec spec) {
    Names.requestId("request_id", requestId);
    // a repeated call gets its answer even when model or data have gone since the first
    boolean known = !requestId.isEmpty() && store.findByRequestId(requestId).isPresent();
    if (!known) {
      preflight.check(EvaluationSpecs.plan(spec));
    }
    return queue.submit(requestId, spec.toByteArray());
  }

  JobQueue queue() {
    return queue;
  }

  Map<Job.State, Long> counts() {
    return store.counts();
  }
}
