package dev.parallax.eval.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fixed number of threads for numerical work. Tasks are numbered; whoever keeps one result per
 * task and combines them by number gets the same bits on any number of cores.
 */
public final class Cores implements AutoCloseable {
  private final int threads;
  private final ExecutorService executor;

  /** One numbered piece of work. */
  @FunctionalInterface
  public interface Task {
    void run(int index);
  }

  /** A run of rows, {@code from} inclusive, {@code to} exclusive. */
  @FunctionalInterface
  public interface Rows {
    void run(int from, int to);
  }

  /**
   * @param threads 1 or more
   */
  public Cores(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; allowed: 1 or more");
    }
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("eval-compute-", 0).factory());
  }

  public int threads() {
    return threads;
  }

  /**
   * Runs {@code task} for 0 to {@code count} - 1 and returns when all are done. What the tasks
   * wrote is visible to the caller. A failure or an interrupt lets tasks that have begun finish and
   * starts no others.
   *
   * @throws InterruptedException when the calling thread is interrupted
   */
  public void run(int count, Task task) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("cancelled");
    }
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean stopped = new AtomicBoolean();
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < Math.min(threads, count); t++) {
      running.add(executor.submit(() -> drain(next, count, stopped, task)));
    }
    await(running, stopped);
  }

  /**
   * Runs {@code rows} over [0, count) cut into pieces of {@code size} rows; otherwise as {@link
   * #run}.
   */
  public void rows(int count, int size, Rows rows) throws InterruptedException {
    run(
        Math.ceilDiv(count, size),
        block -> rows.run(block * size, (int) Math.min(count, (block + 1L) * size)));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private static void drain(AtomicInteger next, int count, AtomicBoolean stopped, Task task) {
    try {
      for (int i = next.getAndIncrement();
          i < count && !stopped.get();
          i = next.getAndIncrement()) {
        task.run(i);
      }
    } catch (RuntimeException | Error e) {
      stopped.set(true);
      throw e;
    }
  }

  private static void await(List<Future<?>> running, AtomicBoolean stopped)
      throws InterruptedException {
    boolean interrupted = false;
    Throwable failure = null;
    for (Future<?> future : running) {
      boolean done = false;
      while (!done) {
        try {
          future.get();
          done = true;
        } catch (InterruptedException e) {
          // the tasks write into the caller's arrays, so they must have ended before the caller
          // goes on
          stopped.set(true);
          interrupted = true;
        } catch (ExecutionException e) {
          failure = e.getCause();
          done = true;
        }
      }
    }
    if (interrupted || Thread.interrupted()) {
      throw new InterruptedException("cancelled");
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
