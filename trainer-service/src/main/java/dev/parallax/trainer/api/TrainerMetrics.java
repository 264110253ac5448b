package dev.parallax.trainer.api;

import dev.parallax.platform.jobs.Job;
import dev.parallax.trainer.control.TrainingJobs;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What a scrape shows of the jobs. */
@Singleton
final class TrainerMetrics {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final TrainingJobs jobs;
  private Map<Job.State, Long> counts = Map.of();
  private long countedAt;
  private boolean counted;

  TrainerMetrics(TrainingJobs jobs) {
    this.jobs = jobs;
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    for (Job.State state : Job.State.values()) {
      Gauge.builder("parallax.trainer.jobs", () -> count(state))
          .description("Jobs by state")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("parallax.trainer.views.per.second", jobs::viewsPerSecond)
        .description("Views trained on per second by the running jobs, as last reported")
        .register(registry);
  }

  /** One query serves all states of a scrape. */
  private synchronized long count(Job.State state) {
    long now = System.nanoTime();
    if (!counted || now - countedAt > FRESH_NANOS) {
      counts = jobs.counts();
      countedAt = now;
      counted = true;
    }
    return counts.getOrDefault(state, 0L);
  }
}
