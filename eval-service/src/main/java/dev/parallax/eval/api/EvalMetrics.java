package dev.parallax.eval.api;

import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;

/** What a scrape shows of the evaluations. */
@Singleton
final class EvalMetrics {
  private final JobCounts counts;

  EvalMetrics(Evaluations evaluations) {
    this.counts = new JobCounts(evaluations::counts, System::nanoTime);
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    for (Job.State state : Job.State.values()) {
      Gauge.builder("parallax.eval.jobs", () -> counts.count(state))
          .description("Evaluations by state")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }
}
