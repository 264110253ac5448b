package dev.parallax.trainer.control;

import java.io.InputStream;
import java.time.Duration;

/** A training process that has been started. */
public interface Worker {
  /** What it prints: one WorkerEvent a line as protobuf JSON. Ends when the process does. */
  InputStream events();

  /** Waits until the process has ended. */
  WorkerExit waitFor() throws InterruptedException;

  /**
   * Asks it to stop, then makes it; has ended when this returns. An interrupt does not cut this
   * short, so that no worker is left behind.
   *
   * @param grace for every step: end of its input, request to terminate, kill
   */
  void stop(Duration grace);

  /** The end of what it wrote for its log, one line; empty when there is none. */
  String lastWords();

  /** Where its log can be read. */
  String logLocation();
}
