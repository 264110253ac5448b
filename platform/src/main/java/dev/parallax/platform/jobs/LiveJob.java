package dev.parallax.platform.jobs;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * A job that has not ended: its newest state in memory, its watchers and the thread that runs it.
 * Each change is stored; changes of mere progress at most once a second, so that a chatty job does
 * not become a load on the database.
 */
final class LiveJob implements JobContext {
  private static final long STORE_INTERVAL_NANOS = 1_000_000_000L;

  private static final Logger LOG = Logger.getLogger(LiveJob.class);

  private final JobStore store;
  private final LongSupplier nanoTime;
  private final List<Watcher> watchers = new ArrayList<>();
  private volatile Job job;
  private long storedAt;
  private Thread thread;
  private boolean cancelRequested;

  LiveJob(Job job, JobStore store, LongSupplier nanoTime) {
    this.job = requireNonNull(job, "job is null");
    this.store = store;
    this.nanoTime = nanoTime;
    this.storedAt = nanoTime.getAsLong();
  }

  Job job() {
    return job;
  }

  /** Applies a change of state and stores it before anyone sees it. */
  synchronized Job transition(UnaryOperator<Job> change) {
    if (job.state().ended()) {
      return job;
    }
    Job changed = change.apply(job);
    storeUninterrupted(changed);
    publish(changed);
    return changed;
  }

  @Override
  public void activity(String activity) {
    report(current -> current.doing(activity));
  }

  @Override
  public void progress(double fraction, OptionalDouble etaSeconds) {
    report(current -> current.progressed(fraction, etaSeconds));
  }

  @Override
  public void warn(String warning) {
    report(current -> current.warned(warning));
  }

  @Override
  public void touch() {
    report(current -> current);
  }

  /** Gives the current state to the watcher first and every later one after it. */
  synchronized Watcher watch(Watcher.Opening opening) {
    Watcher watcher = opening.open(job);
    if (!job.state().ended()) {
      watchers.add(watcher);
    }
    return watcher;
  }

  synchronized void forget(Watcher watcher) {
    watchers.remove(watcher);
  }

  synchronized void abandonWatchers() {
    watchers.forEach(Watcher::abandon);
  }

  /**
   * The job's thread is interrupted once when it is cancelled, before or after the thread has
   * begun.
   */
  synchronized void runsOn(Thread runner) {
    thread = runner;
    if (cancelRequested) {
      runner.interrupt();
    }
  }

  synchronized void requestCancel() {
    cancelRequested = true;
    publish(job.doing("cancelling"));
    interrupt();
  }

  synchronized void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  synchronized boolean cancelRequested() {
    return cancelRequested;
  }

  private synchronized void report(UnaryOperator<Job> change) {
    if (job.state() != Job.State.RUNNING) {
      return;
    }
    Job changed = change.apply(job);
    if (nanoTime.getAsLong() - storedAt >= STORE_INTERVAL_NANOS) {
      try {
        storeUninterrupted(changed);
      } catch (RuntimeException e) {
        LOG.warnf("the progress of job %s is not stored for now: %s", job.id(), e.getMessage());
      }
    }
    publish(changed);
  }

  /**
   * An interrupt in the middle of a write makes an embedded database close its file. None can
   * arrive here, because {@link #interrupt} needs the same monitor; one that has arrived waits
   * until the write is done.
   */
  private void storeUninterrupted(Job changed) {
    boolean interrupted = Thread.interrupted();
    storedAt = nanoTime.getAsLong();
    try {
      store.update(changed);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void publish(Job changed) {
    job = changed;
    watchers.forEach(watcher -> watcher.offer(changed));
    if (changed.state().ended()) {
      watchers.clear();
    }
  }
}
