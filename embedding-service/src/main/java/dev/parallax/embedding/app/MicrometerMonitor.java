package dev.parallax.embedding.app;

import dev.parallax.embedding.monitor.CallStatistics;
import dev.parallax.embedding.monitor.ServingMonitor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Metrics; docs/embedding.md lists them. Labels are names of models in the repository, never what a
 * caller made up.
 */
final class MicrometerMonitor implements ServingMonitor {
  private static final String PREFIX = "parallax.embedding.";

  private final MeterRegistry registry;
  private final CallStatistics statistics;
  private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);

  MicrometerMonitor(MeterRegistry registry, CallStatistics statistics) {
    this.registry = registry;
    this.statistics = statistics;
    for (Refusal reason : Refusal.values()) {
      refusals.put(
          reason,
          Counter.builder(PREFIX + "refused")
              .description("Calls and streams turned away before any work")
              .tag("reason", lower(reason))
              .register(registry));
    }
  }

  @Override
  public void decoded(String model, long nanos) {
    of(model).decode.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void queued(String model, long nanos) {
    of(model).queue.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void computed(String model, int images, long nanos) {
    ModelMeters meters = of(model);
    meters.compute.record(nanos, TimeUnit.NANOSECONDS);
    meters.batch.record(images);
  }

  @Override
  public void executed(
      String model, long version, int images, long inputNanos, long inferNanos, long outputNanos) {
    statistics.executed(model, version, images, inputNanos, inferNanos, outputNanos);
  }

  @Override
  public void answered(
      String model,
      long version,
      int images,
      long inputNanos,
      long queueNanos,
      long inferNanos,
      long outputNanos) {
    statistics.answered(model, version, images, inputNanos, queueNanos, inferNanos, outputNanos);
  }

  @Override
  public void notAnswered(String model, long version, long nanos) {
    statistics.notAnswered(model, version, nanos);
  }

  @Override
  public void finished(String model, Outcome outcome) {
    of(model).outcomes.get(outcome).increment();
  }

  @Override
  public void dropped(String model, Drop reason) {
    of(model).drops.get(reason).increment();
  }

  @Override
  public void refused(Refusal reason) {
    refusals.get(reason).increment();
  }

  @Override
  public void refusedCaller(String label) {
    Counter.builder(PREFIX + "client.refused")
        .description("Calls refused for the roles or the rate of their client")
        .tag("client", label)
        .register(registry)
        .increment();
  }

  @Override
  public void loaded(String model, boolean ready, long nanos) {
    Timer.builder(PREFIX + "load")
        .description("Loading of a model version, with its check and trial run")
        .tag("model", model)
        .tag("outcome", ready ? "ready" : "failed")
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private ModelMeters of(String model) {
    ModelMeters known = models.get(model);
    return known != null
        ? known
        : models.computeIfAbsent(model, name -> new ModelMeters(name, registry));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Meters of one model. */
  private static final class ModelMeters {
    private final Timer decode;
    private final Timer queue;
    private final Timer compute;
    private final DistributionSummary batch;
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);

    ModelMeters(String model, MeterRegistry registry) {
      decode = timer("decode", "Decoding and resizing of one image", model, registry);
      queue = timer("queue", "Wait of one decoded image for its batch", model, registry);
      compute = timer("compute", "Run of one batch", model, registry);
      batch =
          DistributionSummary.builder(PREFIX + "batch.size")
              .description("Images per batch")
              .tag("model", model)
              .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
              .register(registry);
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(
            outcome,
            Counter.builder(PREFIX + "images")
                .description("Images answered")
                .tag("model", model)
                .tag("outcome", lower(outcome))
                .register(registry));
      }
      for (Drop reason : Drop.values()) {
        drops.put(
            reason,
            Counter.builder(PREFIX + "dropped")
                .description("Accepted images given up before compute")
                .tag("model", model)
                .tag("reason", lower(reason))
                .register(registry));
      }
    }

    private static Timer timer(
        String name, String description, String model, MeterRegistry registry) {
      return Timer.builder(PREFIX + name)
          .description(description)
          .tag("model", model)
          .serviceLevelObjectives(
              Duration.ofNanos(100_000),
              Duration.ofMillis(1),
              Duration.ofMillis(5),
              Duration.ofMillis(10),
              Duration.ofMillis(50),
              Duration.ofMillis(100),
              Duration.ofMillis(500),
              Duration.ofSeconds(1),
              Duration.ofSeconds(5))
          .register(registry);
    }
  }
}
