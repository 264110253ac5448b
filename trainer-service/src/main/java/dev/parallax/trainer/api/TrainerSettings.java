package dev.parallax.trainer.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the trainer; as environment variables PARALLAX_TRAINER_…. */
@ConfigMapping(prefix = "parallax.trainer")
public interface TrainerSettings {
  /** Directory of the database and of the jobs' checkpoints and logs. */
  @WithDefault("${parallax.home}/trainer")
  Path home();

  /** Root of the model repository. */
  @WithDefault("${parallax.home}/models")
  Path repository();

  /** Jobs that train at once, 1 or more. */
  @WithDefault("1")
  int slots();

  /** Jobs that may wait for a slot, 1 or more; further ones are refused. */
  @WithDefault("100")
  int maxQueued();

  /** Largest Java heap of a worker, as -Xmx takes it; tensors come on top. */
  @WithDefault("2g")
  String workerMemory();

  /**
   * Times that a worker which crashed or was killed is started again from its checkpoint, 0 or
   * more.
   */
  @WithDefault("2")
  int workerRestarts();

  /** Time that a worker gets for each step of being stopped. */
  @WithDefault("5s")
  Duration workerStopGrace();

  /** Executable that runs workers; the service's own java where it is not set. */
  Optional<Path> workerJava();

  /** Seconds between checkpoints where a job's spec says none, 1 to 86400. */
  @WithDefault("60")
  int checkpointSeconds();

  /**
   * Bearer token that callers must present, 16 characters or more; nobody is asked where it is not
   * set.
   */
  Optional<String> token();

  /** Where jobs are kept. */
  DatabaseSettings database();

  /** An H2 file in {@link #home} where no URL is set. */
  interface DatabaseSettings {
    /** jdbc:postgresql:… or jdbc:h2:…. */
    Optional<String> url();

    Optional<String> user();

    Optional<String> password();
  }
}
