package dev.parallax.embedding.app;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Time that passes: what is due once a second may block, timers of calls may not. */
final class Upkeep {
  private static final Logger LOG = Logger.getLogger(Upkeep.class);

  private final ScheduledThreadPoolExecutor timer;
  private final ScheduledExecutorService chores;

  Upkeep() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("call-timer").daemon().factory());
    // a timer is cancelled with nearly every call
    timer.setRemoveOnCancelPolicy(true);
    chores =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("upkeep").daemon().factory());
  }

  /** For quick tasks. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Runs the tasks now and then every second. */
  void everySecond(List<Runnable> tasks) {
    for (Runnable task : tasks) {
      var _ = chores.scheduleWithFixedDelay(() -> guarded(task), 0, 1, TimeUnit.SECONDS);
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // the next second may do better; an escaped exception would end the task for good
      LOG.error("upkeep", e);
    }
  }

  void close() {
    timer.shutdownNow();
    chores.shutdownNow();
  }
}
