package dev.parallax.trainer.launch;

import dev.parallax.trainer.control.Worker;
import dev.parallax.trainer.control.WorkerExit;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** A worker that is a child process; it stops by itself when its standard input ends. */
final class LocalWorker implements Worker {
  private static final Logger LOG = Logger.getLogger(LocalWorker.class);
  private static final Duration LOG_DRAIN = Duration.ofSeconds(2);

  private final Process process;
  private final BoundedLog log;
  private final Thread logCopy;

  LocalWorker(Process process, BoundedLog log) {
    this.process = process;
    this.log = log;
    this.logCopy =
        Thread.ofVirtual()
            .name("worker-log-" + process.pid())
            .start(() -> log.copy(process.getErrorStream()));
  }

  @Override
  public InputStream events() {
    return process.getInputStream();
  }

  @Override
  public WorkerExit waitFor() throws InterruptedException {
    return new WorkerExit(process.waitFor());
  }

  @Override
  public void stop(Duration grace) {
    closeInput();
    if (!endedWithin(grace)) {
      process.destroy();
      if (!endedWithin(grace)) {
        process.destroyForcibly();
        endedWithin(grace);
      }
    }
  }

  @Override
  public String lastWords() {
    try {
      logCopy.join(LOG_DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return log.lastLine();
  }

  @Override
  public String logLocation() {
    return log.file().toString();
  }

  private void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("the worker's input was closed already", e);
    }
  }

  private boolean endedWithin(Duration grace) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + grace.toNanos();
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
