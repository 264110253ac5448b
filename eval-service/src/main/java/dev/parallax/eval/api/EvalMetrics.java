package dev.parallax.eval.api;

import dev.parallax.platform.jobs.Job;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What a scrape shows of the evaluations. */
@Singleton
final class EvalMetrics {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Evaluations evaluations;
  private Map<Job.State, Long> counts = Map.of();
  private long countedAt;
  private boolean counted;

  EvalMetrics(Evaluations evaluations) {
    this.evaluations = evaluations;
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    for (Job.State state : Job.State.values()) {
      Gauge.builder("parallax.eval.jobs", () -> count(state))
          .description("Evaluations by state")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /** One query serves all states of a scrape. */
  private synchronized long count(Job.State state) {
    long now = System.nanoTime();
    if (!counted || now - countedAt > FRESH_NANOS) {
      counts = evaluations.counts();
      countedAt = now;
      counted = true;
    }
    return counts.getOrDefault(state, 0L);
  }
}
