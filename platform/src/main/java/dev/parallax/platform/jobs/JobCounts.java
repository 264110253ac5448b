package dev.parallax.platform.jobs;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Jobs by state for metrics: one query serves all states of a scrape. Thread-safe. */
public final class JobCounts {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Supplier<Map<Job.State, Long>> query;
  private final LongSupplier nanoTime;
  private Map<Job.State, Long> counts = Map.of();
  private long countedAt;
  private boolean counted;

  /**
   * @param query called at most once a second
   * @param nanoTime as {@link System#nanoTime}
   */
  public JobCounts(Supplier<Map<Job.State, Long>> query, LongSupplier nanoTime) {
    this.query = requireNonNull(query, "query is null");
    this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
  }

  /** Jobs in the state, as of a second ago at most. */
  public synchronized long count(Job.State state) {
    long now = nanoTime.getAsLong();
    if (!counted || now - countedAt > FRESH_NANOS) {
      counts = query.get();
      countedAt = now;
      counted = true;
    }
    return counts.getOrDefault(state, 0L);
  }
}
