package dev.parallax.platform.jobs;

/** Does a job's work, on a thread of its own. */
@FunctionalInterface
public interface JobRunner {
  /**
   * Runs until the work is done. The thread is interrupted when the job is cancelled or the service
   * stops; the runner then frees what it holds and throws (InterruptedException or what it likes).
   * A job that had begun before the service stopped is run again from its beginning, so work that
   * is dear keeps checkpoints of its own. Writing to an embedded database belongs on another
   * thread: an interrupt would close its file.
   *
   * @return the job's result, at most {@value JobQueue#MAX_RESULT_BYTES} bytes
   * @throws dev.parallax.platform.errors.RequestException with the line that the user is to read
   * @throws Exception anything else, which the user sees as an internal error with an identifier
   */
  byte[] run(Job job, JobContext context) throws Exception;
}
