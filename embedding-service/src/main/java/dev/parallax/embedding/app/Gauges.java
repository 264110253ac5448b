package dev.parallax.embedding.app;

import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.batching.Batcher;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.serving.Gate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** What stands now, read when metrics are scraped. */
@Singleton
class Gauges {
  private final MeterRegistry registry;

  Gauges(MeterRegistry registry) {
    this.registry = registry;
  }

  void register(ModelCatalog catalog, Batcher batcher, Gate gate, OpenStreams streams) {
    gauge("models.ready", "Model versions that take calls", catalog, c -> count(c, Ready.class));
    gauge(
        "models.failed", "Model versions that cannot serve", catalog, c -> count(c, Failed.class));
    gauge("queue.images", "Decoded images that wait for a batch", batcher, Batcher::waiting);
    gauge("admitted.images", "Images between admission and answer", batcher, Batcher::admitted);
    gauge("calls", "Calls in flight", gate, Gate::calls);
    gauge("streams", "Open streams", streams, OpenStreams::count);
  }

  private static double count(ModelCatalog catalog, Class<?> state) {
    return catalog.snapshot().entries().filter(entry -> state.isInstance(entry.state())).count();
  }

  private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Gauge.builder("parallax.embedding." + name, of, value)
        .description(description)
        .register(registry);
  }
}
