package dev.parallax.platform.jobs;

import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Hands one listener the newest state of a job on a thread of its own, so that a slow listener
 * skips states instead of holding up the job. The ended state is always the last one and is never
 * skipped.
 */
final class Watcher implements JobWatch {
  /** Makes a watcher that starts with a job's current state. */
  @FunctionalInterface
  interface Opening {
    Watcher open(Job current);
  }

  private static final Logger LOG = Logger.getLogger(Watcher.class);

  private final Consumer<Job> listener;
  private final Runnable abandoned;
  private final Consumer<Watcher> onExit;
  private Job pending;
  private boolean closed;
  private boolean queueClosed;

  Watcher(Job first, Consumer<Job> listener, Runnable abandoned, Consumer<Watcher> onExit) {
    this.pending = first;
    this.listener = listener;
    this.abandoned = abandoned;
    this.onExit = onExit;
  }

  void start(String jobId) {
    Thread.ofVirtual().name("watch-" + jobId).start(this::deliver);
  }

  synchronized void offer(Job job) {
    pending = job;
    notifyAll();
  }

  /**
   * No more states: the listener is not called again once a call that is under way has returned.
   */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** The queue stops before the job has ended. */
  synchronized void abandon() {
    queueClosed = true;
    notifyAll();
  }

  private void deliver() {
    try {
      Job job = next();
      while (job != null) {
        listener.accept(job);
        if (job.state().ended()) {
          return;
        }
        job = next();
      }
      if (isAbandoned()) {
        abandoned.run();
      }
    } catch (RuntimeException e) {
      LOG.debug("a listener failed and is dropped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      onExit.accept(this);
    }
  }

  private synchronized boolean isAbandoned() {
    return queueClosed && !closed;
  }

  private synchronized Job next() throws InterruptedException {
    while (pending == null && !closed && !queueClosed) {
      wait();
    }
    if (closed) {
      return null;
    }
    Job job = pending;
    pending = null;
    return job;
  }
}
