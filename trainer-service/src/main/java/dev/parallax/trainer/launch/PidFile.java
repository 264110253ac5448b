package dev.parallax.trainer.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Remembers which process works on a job, so that a service that died does not leave two of them on
 * one directory.
 */
final class PidFile {
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);

  private final Path file;

  PidFile(Path jobDirectory) {
    this.file = jobDirectory.resolve("worker.pid");
  }

  /** The number is not enough: the system may have given it to another program since. */
  void write(ProcessHandle process) throws IOException {
    Files.writeString(file, process.pid() + " " + startMillis(process));
  }

  /**
   * Ends the process of a former life if it still runs.
   *
   * @throws IOException when it cannot be ended
   */
  void endFormer() throws IOException {
    Optional<ProcessHandle> former = former();
    if (former.isEmpty()) {
      return;
    }
    former.get().destroyForcibly();
    try {
      former.get().onExit().get(KILL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while process " + former.get().pid() + " was ended", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          "process " + former.get().pid() + " still works on this job and cannot be ended", e);
    }
  }

  private Optional<ProcessHandle> former() throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String[] parts = Files.readString(file).split(" ", -1);
    try {
      long pid = Long.parseLong(parts[0]);
      long start = Long.parseLong(parts[parts.length - 1]);
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> startMillis(process) == start);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
  }
}
