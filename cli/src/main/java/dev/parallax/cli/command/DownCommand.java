package dev.parallax.cli.command;

import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.local.RunDirectory;
import dev.parallax.cli.local.RunRecord;
import dev.parallax.cli.local.Service;
import dev.parallax.cli.local.Shutdown;
import dev.parallax.cli.terminal.ProgressLine;
import java.util.List;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops what {@code up} started. */
@Command(
    name = "down",
    header = "Stop the services that 'up' started.",
    description = {
      "A training job that runs goes on from its checkpoint when the services are up again. Nothing to stop is no"
          + " error."
    },
    footerHeading = "%nExamples:%n",
    footer = "  parallax down")
final class DownCommand extends BaseCommand {
  /** Who uses another stops first. */
  private static final List<Service> ORDER =
      List.of(Service.EVAL, Service.TRAINER, Service.EMBEDDING);

  @Mixin private OutputOption output;

  DownCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    RunDirectory runs = new RunDirectory(environment.home().resolve("run"));
    List<RunRecord> running =
        ORDER.stream().flatMap(service -> runs.running(service).stream()).toList();
    List<RunRecord> killed;
    try (ProgressLine progress = new ProgressLine(environment.terminal())) {
      if (!running.isEmpty()) {
        progress.show("stopping the services", -1, OptionalDouble.empty(), "");
      }
      killed = new Shutdown(runs).stop(running);
    }
    JsonObject states = new JsonObject();
    for (Service service : Service.values()) {
      String state = state(service, running, killed);
      states.addProperty(service.key(), state);
      if (!output.json()) {
        environment.out().println(service.title() + ": " + state);
      }
    }
    if (output.json()) {
      OutputOption.print(environment, states);
    }
    return ExitCode.OK;
  }

  private static String state(Service service, List<RunRecord> running, List<RunRecord> killed) {
    if (killed.stream().anyMatch(record -> record.service() == service)) {
      return "killed, as it did not stop by itself";
    }
    return running.stream().anyMatch(record -> record.service() == service)
        ? "stopped"
        : "did not run";
  }
}
