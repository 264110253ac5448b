package dev.parallax.trainer.api;

import dev.parallax.trainer.control.ScriptedWorker;
import dev.parallax.trainer.control.WorkerLauncher;
import dev.parallax.trainer.launch.LocalProcessLauncher;
import dev.parallax.trainer.launch.WorkerClassPath;
import dev.parallax.trainer.launch.WorkerCommand;
import io.quarkus.test.junit.QuarkusTestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** The service as it is, in a home of its own, with workers that only play training. */
public final class ScriptedTrainer implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    try {
      return Map.of(
          "parallax.home",
              Files.createTempDirectory(Path.of("target").toAbsolutePath(), "home").toString(),
          "parallax.trainer.max-queued", "2",
          "parallax.trainer.worker-stop-grace", "500ms");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(Launcher.class);
  }

  /** Makes the launcher of {@link ScriptedWorker}. */
  @Alternative
  @Singleton
  public static class Launcher {
    @Produces
    @Singleton
    WorkerLauncher launcher() {
      return new LocalProcessLauncher(
          new WorkerCommand(
              WorkerCommand.currentJava(),
              "64m",
              WorkerClassPath.current(),
              ScriptedWorker.class.getName()));
    }
  }
}
