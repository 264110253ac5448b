package dev.parallax.embedding.batching;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Tells the time and keeps alarms; another one than {@link #real} is for tests. */
public interface Timekeeper {
  /** As {@link System#nanoTime}. */
  long nanoTime();

  /**
   * @param task must be quick: others wait for the same thread
   */
  void after(Duration delay, Runnable task);

  static Timekeeper real() {
    return new Timekeeper() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
            .execute(task);
      }
    };
  }
}
