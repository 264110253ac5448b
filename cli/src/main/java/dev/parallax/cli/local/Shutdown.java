package dev.parallax.cli.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends services. */
public record Shutdown(RunDirectory runs) {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration KILL_GRACE = Duration.ofSeconds(5);

  /**
   * Ends services, kindly at first; all of them get the word at once.
   *
   * @return those that had to be killed
   */
  public List<RunRecord> stop(List<RunRecord> records) {
    List<RunRecord> killed = new ArrayList<>();
    records.forEach(record -> record.process().ifPresent(ProcessHandle::destroy));
    long deadline = System.nanoTime() + GRACE.toNanos();
    for (RunRecord record : records) {
      record
          .process()
          .filter(process -> !endedBy(process, deadline))
          .ifPresent(
              process -> {
                Stream.concat(Stream.of(process), process.descendants().toList().stream())
                    .forEach(ProcessHandle::destroyForcibly);
                endedBy(process, System.nanoTime() + KILL_GRACE.toNanos());
                killed.add(record);
              });
      runs.delete(record.service());
    }
    return killed;
  }

  private static boolean endedBy(ProcessHandle process, long deadline) {
    try {
      process.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return !process.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
