package dev.parallax.trainer.control;

import java.io.IOException;
import java.nio.file.Path;

/** Starts the process that trains; where it runs is the launcher's affair. */
@FunctionalInterface
public interface WorkerLauncher {
  /**
   * @param jobDirectory holds job.json and worker.json; no other worker works on it when this
   *     returns
   * @throws IOException one line: why no process could be started
   */
  Worker launch(Path jobDirectory) throws IOException;
}
