package dev.parallax.trainer.api;

import dev.parallax.images.ImageDecoder;
import dev.parallax.platform.database.Database;
import dev.parallax.platform.grpc.BindRule;
import dev.parallax.platform.grpc.ErrorInterceptor;
import dev.parallax.platform.grpc.TokenInterceptor;
import dev.parallax.platform.jobs.JdbcJobStore;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.startup.GrpcStartFailure;
import dev.parallax.platform.startup.Ports;
import dev.parallax.platform.startup.StartupException;
import dev.parallax.trainer.control.TrainingJobs;
import dev.parallax.trainer.control.TrainingLimits;
import dev.parallax.trainer.control.TrainingPoints;
import dev.parallax.trainer.control.WorkerLauncher;
import dev.parallax.trainer.launch.LocalProcessLauncher;
import dev.parallax.trainer.launch.WorkerClassPath;
import dev.parallax.trainer.launch.WorkerCommand;
import io.quarkus.arc.DefaultBean;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.runtime.GrpcServerRecorder;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Puts the service together from its settings. */
final class TrainerBeans {
  private static final Logger LOG = Logger.getLogger("parallax.trainer");
  private static final List<String> MIGRATIONS = List.of("db/migration/V1__jobs.sql");
  private static final String WORKER_MAIN = "dev.parallax.trainer.worker.WorkerMain";

  /** Any of them makes the gRPC server speak TLS only. */
  private static final List<String> TLS_SETTINGS =
      List.of("quarkus.grpc.server.ssl.certificate", "quarkus.grpc.server.ssl.key-store");

  @Produces
  @Singleton
  Database database(TrainerSettings settings) {
    TrainerSettings.DatabaseSettings database = settings.database();
    String url =
        database
            .url()
            .orElseGet(() -> Database.h2Url(writable("parallax.trainer.home", settings.home())));
    return Database.open(url, database.user(), database.password(), MIGRATIONS);
  }

  void close(@Disposes Database database) {
    database.close();
  }

  @Produces
  @Singleton
  ModelRepository repository(TrainerSettings settings) {
    return new ModelRepository(writable("parallax.trainer.repository", settings.repository()));
  }

  @Produces
  @Singleton
  @DefaultBean
  WorkerLauncher launcher(TrainerSettings settings) {
    return checked(
        () ->
            new LocalProcessLauncher(
                new WorkerCommand(
                    settings.workerJava().orElseGet(WorkerCommand::currentJava),
                    settings.workerMemory(),
                    WorkerClassPath.current(),
                    WORKER_MAIN)));
  }

  @Produces
  @Singleton
  TrainingJobs jobs(
      TrainerSettings settings,
      Database database,
      WorkerLauncher launcher,
      ModelRepository repository) {
    TrainingLimits limits =
        checked(
            () ->
                new TrainingLimits(
                    settings.slots(),
                    settings.maxQueued(),
                    settings.workerRestarts(),
                    settings.checkpointSeconds(),
                    settings.workerStopGrace()));
    return new TrainingJobs(
        new JdbcJobStore(database.dataSource(), "jobs"),
        new TrainingPoints(database.dataSource()),
        launcher,
        repository,
        limits,
        writable("parallax.trainer.home", settings.home().resolve("jobs")));
  }

  @Produces
  @Singleton
  @GlobalInterceptor
  ErrorInterceptor errors() {
    return new ErrorInterceptor();
  }

  /** Made before the server listens, so the rule holds from the first moment on. */
  @Produces
  @Singleton
  @GlobalInterceptor
  TokenInterceptor token(TrainerSettings settings, Config config) {
    boolean tls =
        TLS_SETTINGS.stream()
            .anyMatch(name -> config.getOptionalValue(name, String.class).isPresent());
    String grpcHost = config.getValue("quarkus.grpc.server.host", String.class);
    BindRule.check(grpcHost, tls, settings.token());
    if (LaunchMode.current() != LaunchMode.TEST) {
      requireFree(config, grpcHost, "quarkus.grpc.server.port");
      requireFree(config, config.getValue("quarkus.http.host", String.class), "quarkus.http.port");
    }
    return checked(() -> new TokenInterceptor(settings.token()));
  }

  /**
   * Quarkus logs a gRPC server that does not start and goes on without it; a trainer has no use for
   * that.
   */
  void start(
      @Observes StartupEvent event,
      Instance<TrainingJobs> jobs,
      TrainerSettings settings,
      Config config) {
    if (GrpcServerRecorder.getVerticleCount() == 0) {
      throw GrpcStartFailure.reason();
    }
    String jpegDecoder = checked(ImageDecoder::jpegDecoder);
    jobs.get().start();
    LOG.infof(
        "trainer ready: gRPC %s:%s, HTTP %s:%s, home %s, models in %s",
        config.getValue("quarkus.grpc.server.host", String.class),
        config.getValue("quarkus.grpc.server.port", String.class),
        config.getValue("quarkus.http.host", String.class),
        config.getValue("quarkus.http.port", String.class),
        settings.home(),
        settings.repository());
    LOG.info(jpegDecoder);
  }

  void stop(@Observes ShutdownEvent event, TrainingJobs jobs) {
    jobs.close();
  }

  private static void requireFree(Config config, String host, String setting) {
    Ports.requireFree(setting, host, config.getValue(setting, Integer.class));
  }

  private static Path writable(String setting, Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StartupException(
          setting + " is " + directory + ", which cannot be created: " + e, e);
    }
    if (!Files.isWritable(directory)) {
      throw new StartupException(setting + " is " + directory + ", which cannot be written to");
    }
    return directory;
  }

  private static <T> T checked(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new StartupException(e.getMessage(), e);
    }
  }
}
