package dev.parallax.embedding.monitor;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * Sums over the calls and batches of each model version since it was first called. Thread-safe;
 * forgets a version when {@link #retain} is told that it is gone.
 */
public final class CallStatistics {
  private final Map<Version, Sums> versions = new ConcurrentHashMap<>();

  private record Version(String model, long number) {}

  /**
   * How often, and how long in all.
   *
   * @param nanos nanoseconds
   */
  public record Total(long count, long nanos) {
    static final Total NONE = new Total(0, 0);

    Total plus(long more) {
      return new Total(count + 1, nanos + more);
    }
  }

  /** Batches of one size: putting together, computing, handing out. */
  public record Batches(Total input, Total infer, Total output) {
    static final Batches NONE = new Batches(Total.NONE, Total.NONE, Total.NONE);
  }

  /**
   * What a version has done.
   *
   * @param lastAnswer milliseconds since 1970; 0: never
   * @param images that were embedded
   * @param executions batches that were computed
   * @param success calls that were answered; their time is that of input, queue, infer and output
   * @param fail calls that were not
   * @param batches by size
   */
  public record VersionStatistics(
      long lastAnswer,
      long images,
      long executions,
      Total success,
      Total fail,
      Total input,
      Total queue,
      Total infer,
      Total output,
      SortedMap<Integer, Batches> batches) {
    /** Of a version that was never called. */
    public static final VersionStatistics NONE = new Sums().read();
  }

  /** As {@link ServingMonitor#executed}. */
  public void executed(
      String model, long version, int images, long inputNanos, long inferNanos, long outputNanos) {
    of(model, version).executed(images, inputNanos, inferNanos, outputNanos);
  }

  /** As {@link ServingMonitor#answered}. */
  public void answered(
      String model,
      long version,
      int images,
      long inputNanos,
      long queueNanos,
      long inferNanos,
      long outputNanos) {
    of(model, version).answered(images, inputNanos, queueNanos, inferNanos, outputNanos);
  }

  /** As {@link ServingMonitor#notAnswered}. */
  public void notAnswered(String model, long version, long nanos) {
    of(model, version).notAnswered(nanos);
  }

  private Sums of(String model, long version) {
    return versions.computeIfAbsent(new Version(model, version), key -> new Sums());
  }

  /** All zero for a version that was never called. */
  public VersionStatistics read(String model, long version) {
    return Optional.ofNullable(versions.get(new Version(model, version)))
        .map(Sums::read)
        .orElse(VersionStatistics.NONE);
  }

  /**
   * @param known whether a version of a model is still there
   */
  public void retain(BiPredicate<String, Long> known) {
    versions.keySet().removeIf(version -> !known.test(version.model(), version.number()));
  }

  /** Of one version. */
  private static final class Sums {
    private final SortedMap<Integer, Batches> batches = new TreeMap<>();
    private long lastAnswer;
    private long images;
    private long executions;
    private Total success = Total.NONE;
    private Total fail = Total.NONE;
    private Total input = Total.NONE;
    private Total queue = Total.NONE;
    private Total infer = Total.NONE;
    private Total output = Total.NONE;

    synchronized void executed(int size, long inputNanos, long inferNanos, long outputNanos) {
      executions++;
      Batches before = batches.getOrDefault(size, Batches.NONE);
      batches.put(
          size,
          new Batches(
              before.input().plus(inputNanos),
              before.infer().plus(inferNanos),
              before.output().plus(outputNanos)));
    }

    synchronized void answered(
        int count, long inputNanos, long queueNanos, long inferNanos, long outputNanos) {
      lastAnswer = System.currentTimeMillis();
      images += count;
      success = success.plus(inputNanos + queueNanos + inferNanos + outputNanos);
      input = input.plus(inputNanos);
      queue = queue.plus(queueNanos);
      infer = infer.plus(inferNanos);
      output = output.plus(outputNanos);
    }

    synchronized void notAnswered(long nanos) {
      fail = fail.plus(nanos);
    }

    synchronized VersionStatistics read() {
      return new VersionStatistics(
          lastAnswer,
          images,
          executions,
          success,
          fail,
          input,
          queue,
          infer,
          output,
          new TreeMap<>(batches));
    }
  }
}
