package dev.parallax.embedding.app;

import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.batching.Batcher;
import dev.parallax.embedding.cache.VectorCache;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.provider.Selection;
import dev.parallax.embedding.serving.Gate;
import io.micrometer.core.instrument.FunctionCounter;
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

  /** Always 1; the labels tell what computes, and of what does not, why. */
  void register(Selection selection) {
    selection.used().forEach(provider -> provider(provider.label(), true, ""));
    selection
        .absent()
        .forEach(absence -> provider(absence.provider().label(), false, absence.label()));
  }

  private void provider(String provider, boolean used, String reason) {
    Gauge.builder("parallax.embedding.provider.info", () -> 1)
        .description("Execution providers of ONNX Runtime")
        .tag("provider", provider)
        .tag("used", Boolean.toString(used))
        .tag("reason", reason)
        .register(registry);
  }

  void register(VectorCache cache) {
    gauge("cache.bytes", "Vectors that are kept", cache, VectorCache::bytes);
    counter("cache.hits", "Images answered with vectors that were kept", cache, VectorCache::hits);
    counter("cache.misses", "Images looked for and not found", cache, VectorCache::misses);
  }

  private void counter(
      String name, String description, VectorCache of, ToDoubleFunction<VectorCache> value) {
    FunctionCounter.builder("parallax.embedding." + name, of, value)
        .description(description)
        .register(registry);
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
