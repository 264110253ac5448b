package dev.parallax.trainer.control;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What the control plane allows.
 *
 * @param slots jobs that train at once, 1 or more
 * @param maxQueued jobs that may wait, 1 or more
 * @param workerRestarts times that a crashed worker is started again, 0 or more
 * @param checkpointSeconds seconds between checkpoints where the spec says none, 1 to 86400
 * @param stopGrace time that a worker gets for each step of being stopped
 */
public record TrainingLimits(
    int slots, int maxQueued, int workerRestarts, int checkpointSeconds, Duration stopGrace) {
  public TrainingLimits {
    atLeast("slots", slots, 1);
    atLeast("max-queued", maxQueued, 1);
    atLeast("worker-restarts", workerRestarts, 0);
    atLeast("checkpoint-seconds", checkpointSeconds, 1);
    requireNonNull(stopGrace, "stopGrace is null");
  }

  private static void atLeast(String name, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(
          "parallax.trainer." + name + " is " + value + "; allowed: " + min + " or more");
    }
  }
}
