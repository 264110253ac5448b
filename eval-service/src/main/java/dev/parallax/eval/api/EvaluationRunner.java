package dev.parallax.eval.api;

import dev.parallax.eval.evaluation.EvaluationListener;
import dev.parallax.eval.evaluation.EvaluationOutcome;
import dev.parallax.eval.evaluation.Measurement;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobContext;
import dev.parallax.platform.jobs.JobRunner;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/** Carries out stored evaluations. */
final class EvaluationRunner implements JobRunner {
  /** Before this share of the work, the time that is left cannot be told. */
  private static final double FIRST_ESTIMATE = 0.02;

  /** Computations report thousands of times a second; people and networks are served by less. */
  private static final long REPORT_NANOS = 100_000_000L;

  private final Measurement measurement;
  private final MeterRegistry metrics;

  EvaluationRunner(Measurement measurement, MeterRegistry metrics) {
    this.measurement = measurement;
    this.metrics = metrics;
  }

  @Override
  public byte[] run(Job job, JobContext context) throws InterruptedException {
    EvaluationOutcome outcome =
        measurement.run(EvaluationSpecs.plan(EvaluationMessages.spec(job)), new Telling(context));
    outcome
        .seconds()
        .forEach(
            (stage, seconds) ->
                metrics
                    .timer("parallax.eval.stage", "stage", stage)
                    .record(Duration.ofNanos((long) (seconds * 1e9))));
    return EvaluationMessages.of(outcome).toByteArray();
  }

  /** Progress with an estimate of the time that is left: as fast as so far. */
  private static final class Telling implements EvaluationListener {
    private final JobContext context;
    private final long began = System.nanoTime();
    private final AtomicLong reported = new AtomicLong(began - REPORT_NANOS);

    Telling(JobContext context) {
      this.context = context;
    }

    @Override
    public void activity(String activity) {
      context.activity(activity);
    }

    @Override
    public void progress(double fraction) {
      long now = System.nanoTime();
      long last = reported.get();
      if (now - last < REPORT_NANOS || !reported.compareAndSet(last, now)) {
        return;
      }
      double seconds = (now - began) / 1e9;
      context.progress(
          fraction,
          fraction >= FIRST_ESTIMATE
              ? OptionalDouble.of(seconds * (1 - fraction) / fraction)
              : OptionalDouble.empty());
    }

    @Override
    public void warn(String line) {
      context.warn(line);
    }
  }
}
