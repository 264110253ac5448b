package dev.parallax.trainer.api;

import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobCounts;
import dev.parallax.trainer.control.TrainingJobs;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;

/** What a scrape shows of the jobs. */
@Singleton
final class TrainerMetrics {
  private final TrainingJobs jobs;
  private final JobCounts counts;

  TrainerMetrics(TrainingJobs jobs) {
    this.jobs = jobs;
    this.counts = new JobCounts(jobs::counts, System::nanoTime);
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    for (Job.State state : Job.State.values()) {
      Gauge.builder("parallax.trainer.jobs", () -> counts.count(state))
          .description("Jobs by state")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("parallax.trainer.views.per.second", jobs::viewsPerSecond)
        .description("Views trained on per second by the running jobs, as last reported")
        .register(registry);
  }
}
