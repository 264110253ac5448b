package dev.parallax.embedding.app;

import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.batching.Batcher;
import dev.parallax.embedding.cache.VectorCache;
import dev.parallax.embedding.model.CatalogContents;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.OnnxRuntime;
import dev.parallax.embedding.monitor.CallStatistics;
import dev.parallax.embedding.s3.S3Mirror;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.images.ImageDecoder;
import dev.parallax.platform.startup.StartupException;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Starts the watch over the repository; at the end answers what was accepted before anything
 * closes.
 */
@Singleton
class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

  private final EmbeddingSettings settings;
  private final Repositories repositories;
  private final CatalogContents contents;
  private final ModelCatalog catalog;
  private final Workers workers;
  private final Gate gate;
  private final OpenStreams streams;
  private final Readiness readiness;
  private final GrpcHealth health;
  private final CallStatistics statistics;
  private final Upkeep upkeep;

  Lifecycle(
      EmbeddingSettings settings,
      Repositories repositories,
      CatalogContents contents,
      ModelCatalog catalog,
      Workers workers,
      Gate gate,
      OpenStreams streams,
      Readiness readiness,
      GrpcHealth health,
      CallStatistics statistics,
      Upkeep upkeep) {
    this.settings = settings;
    this.repositories = repositories;
    this.contents = contents;
    this.catalog = catalog;
    this.workers = workers;
    this.gate = gate;
    this.streams = streams;
    this.readiness = readiness;
    this.health = health;
    this.statistics = statistics;
    this.upkeep = upkeep;
  }

  void start(
      @Observes StartupEvent event,
      OnnxRuntime runtime,
      Gauges gauges,
      Batcher batcher,
      VectorCache cache,
      Listening listening) {
    listening.check();
    requireUsable(repositories.local().root());
    if (settings.repositoryPoll().compareTo(SHORTEST_POLL) < 0) {
      throw new StartupException(
          "parallax.embedding.repository-poll is %s; allowed: %s or more"
              .formatted(settings.repositoryPoll(), SHORTEST_POLL));
    }
    if (settings.drainDelay().isNegative() || settings.drainDelay().compareTo(LONGEST_DELAY) > 0) {
      throw new StartupException(
          "parallax.embedding.drain-delay is %s; allowed: 0 to %s"
              .formatted(settings.drainDelay(), LONGEST_DELAY));
    }
    gauges.register(catalog, batcher, gate, streams);
    gauges.register(runtime.selection());
    gauges.register(cache);
    contents.onChange(this::publishHealth);
    contents.onChange(this::forgetStatistics);
    publishHealth();
    long poll = settings.repositoryPoll().toNanos();
    repositories.mirror().ifPresent(mirror -> watch(mirror, poll));
    var _ = workers.loader().scheduleWithFixedDelay(this::look, 0, poll, TimeUnit.NANOSECONDS);
    runtime.surprises().forEach(LOG::warn);
    LOG.infof(
        "serving %s with ONNX Runtime %s on %s",
        settings.repository(), runtime.version(), runtime.selection().description());
    LOG.info(ImageDecoder.jpegDecoder());
  }

  private void look() {
    try {
      contents.refresh();
      if (repositories.mirror().map(S3Mirror::isUsable).orElse(true)) {
        readiness.firstLookDone();
      }
      readiness.check();
      publishHealth();
    } catch (RuntimeException e) {
      // the next look may do better; an escaped exception would end the watch
      LOG.error("looking at the model repository", e);
    }
  }

  private void watch(S3Mirror mirror, long poll) {
    var _ =
        workers
            .mirror()
            .scheduleWithFixedDelay(() -> mirror(mirror), 0, poll, TimeUnit.NANOSECONDS);
  }

  private static void mirror(S3Mirror mirror) {
    try {
      mirror.update();
    } catch (RuntimeException e) {
      // the next pass may do better; an escaped exception would end the mirror
      LOG.error("mirroring the model repository", e);
    }
  }

  private void forgetStatistics() {
    statistics.retain((model, version) -> catalog.snapshot().find(model, version).isPresent());
  }

  private void publishHealth() {
    health.publish(readiness.obstacle().isEmpty(), catalog.snapshot());
  }

  private static void requireUsable(Path repository) {
    if (Files.exists(repository) && !Files.isDirectory(repository)) {
      throw new StartupException(
          "the model repository %s is not a directory; set parallax.embedding.repository or PARALLAX_HOME"
              .formatted(repository));
    }
    try {
      Files.createDirectories(repository);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(repository)) {
        LOG.debugf("the repository %s", entries.iterator().hasNext() ? "has entries" : "is empty");
      }
    } catch (IOException e) {
      throw new StartupException(
          "the model repository %s cannot be read: %s %s; set parallax.embedding.repository or PARALLAX_HOME"
              .formatted(repository, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** While both ports still take calls: nothing closes before this has returned. */
  void drain(@Observes ShutdownDelayInitiatedEvent event) {
    readiness.leave();
    publishHealth();
    try {
      Thread.sleep(settings.drainDelay());
      refuse();
      if (!gate.awaitIdle(settings.drainTimeout())) {
        LOG.warnf("%d calls were not answered within %s", gate.calls(), settings.drainTimeout());
      }
    } catch (InterruptedException e) {
      refuse();
      Thread.currentThread().interrupt();
    }
  }

  private void refuse() {
    gate.stop();
    streams.stop();
  }

  /** When the HTTP port has closed, before the health storage and the gRPC server do. */
  void close(@Observes @Priority(1) ShutdownEvent event) {
    // a start that failed has not drained
    refuse();
    catalog.close();
    workers.close();
    upkeep.close();
  }
}
