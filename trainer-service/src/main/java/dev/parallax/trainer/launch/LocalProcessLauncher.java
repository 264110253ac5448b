package dev.parallax.trainer.launch;

import static java.util.Objects.requireNonNull;

import dev.parallax.trainer.control.Worker;
import dev.parallax.trainer.control.WorkerLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Runs a worker as a child process. The service itself needs neither the engine nor a GPU. */
public final class LocalProcessLauncher implements WorkerLauncher {
  private final WorkerCommand command;

  public LocalProcessLauncher(WorkerCommand command) {
    this.command = requireNonNull(command, "command is null");
  }

  @Override
  public Worker launch(Path jobDirectory) throws IOException {
    PidFile pidFile = new PidFile(jobDirectory);
    pidFile.endFormer();
    // In the service's own directory: that is what a relative path of a spec was checked against.
    ProcessBuilder builder = new ProcessBuilder(command.arguments(jobDirectory.toAbsolutePath()));
    Map<String, String> environment = builder.environment();
    Map<String, String> inherited = Map.copyOf(environment);
    environment.clear();
    environment.putAll(WorkerCommand.environment(inherited));
    Process process = builder.start();
    try {
      pidFile.write(process.toHandle());
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    return new LocalWorker(process, new BoundedLog(jobDirectory.resolve("worker.log")));
  }
}
