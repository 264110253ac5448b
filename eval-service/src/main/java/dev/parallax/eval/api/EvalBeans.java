package dev.parallax.eval.api;

import dev.parallax.eval.client.Channels;
import dev.parallax.eval.client.ClientSettings;
import dev.parallax.eval.client.GrpcEmbedder;
import dev.parallax.eval.evaluation.Measurement;
import dev.parallax.eval.evaluation.Preflight;
import dev.parallax.eval.features.FeatureCache;
import dev.parallax.eval.features.FeatureLimits;
import dev.parallax.eval.features.FeatureSource;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.images.ImageDecoder;
import dev.parallax.platform.database.Database;
import dev.parallax.platform.jobs.JdbcJobStore;
import dev.parallax.platform.jobs.JobQueue;
import dev.parallax.platform.jobs.JobStore;
import dev.parallax.platform.startup.StartupException;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Puts the service together from its settings. */
final class EvalBeans {
  private static final Logger LOG = Logger.getLogger("parallax.eval");
  private static final List<String> MIGRATIONS = List.of("db/migration/V1__evaluations.sql");
  private static final int HEAP_SHARE = 8;

  @Produces
  @Singleton
  Database database(EvalSettings settings) {
    EvalSettings.DatabaseSettings database = settings.database();
    String url = database.url().orElseGet(() -> Database.h2Url(writable(settings.home())));
    return Database.open(url, database.user(), database.password(), MIGRATIONS);
  }

  void close(@Disposes Database database) {
    database.close();
  }

  @Produces
  @Singleton
  Cores cores(EvalSettings settings) {
    return checked(
        "parallax.eval.threads",
        () ->
            new Cores(
                settings.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors())));
  }

  void close(@Disposes Cores cores) {
    cores.close();
  }

  @Produces
  @Singleton
  ManagedChannel channel(EvalSettings settings) {
    EvalSettings.EmbeddingSettings embedding = settings.embedding();
    return checked(
        "parallax.eval.embedding",
        () ->
            Channels.open(
                embedding.target(),
                embedding.token(),
                embedding.tls(),
                embedding.trustCertificates()));
  }

  void close(@Disposes ManagedChannel channel) {
    channel.shutdownNow();
  }

  @Produces
  @Singleton
  FeatureSource features(EvalSettings settings, ManagedChannel channel) {
    EvalSettings.EmbeddingSettings embedding = settings.embedding();
    EvalSettings.FeatureSettings features = settings.features();
    ClientSettings client =
        checked(
            "parallax.eval.embedding",
            () ->
                new ClientSettings(
                    embedding.target(),
                    embedding.inFlight(),
                    Duration.ofSeconds(2),
                    embedding.answerTimeout(),
                    embedding.retryFor(),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(5)));
    FeatureLimits limits =
        checked(
            "parallax.eval.features or parallax.eval.embedding",
            () ->
                new FeatureLimits(
                    embedding.batchImages(),
                    Math.toIntExact(embedding.maxImageBytes().asLongValue()),
                    features
                        .maxBytes()
                        .map(size -> size.asLongValue())
                        .orElseGet(() -> Runtime.getRuntime().maxMemory() / HEAP_SHARE),
                    features.maxSkippedShare()));
    FeatureCache cache =
        checked(
            "parallax.eval.features",
            () ->
                new FeatureCache(
                    writable(settings.home().resolve("features")),
                    features.cacheBytes().asLongValue(),
                    Clock.systemUTC()));
    return new FeatureSource(new GrpcEmbedder(channel, client), cache, limits);
  }

  @Produces
  @Singleton
  Evaluations evaluations(
      EvalSettings settings,
      Database database,
      FeatureSource source,
      Cores cores,
      MeterRegistry metrics) {
    JobStore store = new JdbcJobStore(database.dataSource(), "evaluations");
    JobQueue queue =
        checked(
            "parallax.eval",
            () ->
                new JobQueue(
                    store,
                    new EvaluationRunner(new Measurement(source, cores), metrics),
                    settings.slots(),
                    settings.maxQueued()));
    return new Evaluations(queue, store, new Preflight(source));
  }

  void start(
      @Observes StartupEvent event,
      Evaluations evaluations,
      Listening listening,
      EvalSettings settings) {
    listening.check();
    String jpegDecoder = jpegDecoder();
    evaluations.queue().start();
    LOG.infof(
        "eval service ready; home %s, embedding service %s",
        settings.home(), settings.embedding().target());
    LOG.info(jpegDecoder);
  }

  void stop(@Observes ShutdownEvent event, Evaluations evaluations) {
    evaluations.queue().close();
  }

  private static String jpegDecoder() {
    try {
      return ImageDecoder.jpegDecoder();
    } catch (IllegalArgumentException e) {
      throw new StartupException(e.getMessage(), e);
    }
  }

  private static Path writable(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StartupException(
          "parallax.eval.home: " + directory + " cannot be created: " + e, e);
    }
    if (!Files.isWritable(directory)) {
      throw new StartupException("parallax.eval.home: " + directory + " cannot be written to");
    }
    return directory;
  }

  private static <T> T checked(String group, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new StartupException("in the settings " + group + ": " + e.getMessage(), e);
    }
  }
}
