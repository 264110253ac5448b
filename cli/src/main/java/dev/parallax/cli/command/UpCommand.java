package dev.parallax.cli.command;

import com.google.gson.JsonObject;
import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.Interruption.Registration;
import dev.parallax.cli.client.Connector;
import dev.parallax.cli.local.Deployment;
import dev.parallax.cli.local.Installation;
import dev.parallax.cli.local.Ports;
import dev.parallax.cli.local.RunDirectory;
import dev.parallax.cli.local.RunRecord;
import dev.parallax.cli.local.Service;
import dev.parallax.cli.local.Supervisor;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.cli.terminal.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the three services in the background. */
@Command(
    name = "up",
    header = "Start trainer, embedding and eval service on this machine.",
    description = {
      "They run in the background, listen on the loopback, and keep what they have under PARALLAX_HOME"
          + " (~/.parallax). A service that runs already is left alone."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax up",
      "  parallax up --trainer-port 9011",
      "  PARALLAX_HOME=/data/parallax parallax up --output json"
    })
final class UpCommand extends BaseCommand {
  private static final String PORT = "PORT";
  private static final String GRPC = "gRPC port; default ${DEFAULT-VALUE}.";
  private static final String HTTP = "Port of health and metrics; default ${DEFAULT-VALUE}.";

  @Option(names = "--trainer-port", paramLabel = PORT, description = GRPC, defaultValue = "8011")
  private int trainerPort;

  @Option(
      names = "--trainer-http-port",
      paramLabel = PORT,
      description = HTTP,
      defaultValue = "8010")
  private int trainerHttpPort;

  @Option(names = "--embedding-port", paramLabel = PORT, description = GRPC, defaultValue = "8001")
  private int embeddingPort;

  @Option(
      names = "--embedding-http-port",
      paramLabel = PORT,
      description = "Port of calls with JSON, health and metrics; default ${DEFAULT-VALUE}.",
      defaultValue = "8000")
  private int embeddingHttpPort;

  @Option(names = "--eval-port", paramLabel = PORT, description = GRPC, defaultValue = "8021")
  private int evalPort;

  @Option(names = "--eval-http-port", paramLabel = PORT, description = HTTP, defaultValue = "8020")
  private int evalHttpPort;

  @Mixin private OutputOption output;

  UpCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    Deployment wanted = deployment();
    RunDirectory runs = wanted.runs();
    Map<Service, Ports> ports = new EnumMap<>(wanted.ports());
    Map<Service, RunRecord> records = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      Optional<RunRecord> running = runs.running(service);
      running.ifPresent(record -> records.put(service, record));
      // The eval service has to find the embedding service where it is, not where it would be.
      running.ifPresent(record -> ports.put(service, record.ports()));
    }
    Deployment deployment = new Deployment(wanted.home(), wanted.repository(), ports);
    Supervisor supervisor =
        new Supervisor(environment, Installation.of(environment), Connector.plain(), deployment);
    List<RunRecord> started = new ArrayList<>();
    try (Registration _ = environment.interruption().on(supervisor::stop);
        ProgressLine progress = new ProgressLine(environment.terminal())) {
      try {
        for (Service service : Service.values()) {
          if (!records.containsKey(service)) {
            RunRecord record = supervisor.start(service);
            started.add(record);
            records.put(service, record);
          }
        }
        supervisor.awaitReady(List.copyOf(records.values()), progress);
      } catch (CliException e) {
        progress.clear();
        supervisor.stop();
        throw e;
      }
    }
    print(deployment, records, started);
    return ExitCode.OK;
  }

  private Deployment deployment() {
    Map<Service, Ports> ports = new EnumMap<>(Service.class);
    ports.put(Service.TRAINER, ports(Service.TRAINER, trainerPort, trainerHttpPort));
    ports.put(Service.EMBEDDING, ports(Service.EMBEDDING, embeddingPort, embeddingHttpPort));
    ports.put(Service.EVAL, ports(Service.EVAL, evalPort, evalHttpPort));
    return new Deployment(environment.home(), environment.home().resolve("models"), ports);
  }

  private static Ports ports(Service service, int grpc, int http) {
    try {
      return new Ports(grpc, http);
    } catch (IllegalArgumentException e) {
      throw CliException.usage(
          service.portOption(),
          grpc + " with " + service.httpPortOption() + " " + http,
          "two different ports of 1 to 65535");
    }
  }

  private void print(
      Deployment deployment, Map<Service, RunRecord> records, List<RunRecord> started) {
    if (output.json()) {
      JsonObject services = new JsonObject();
      records.forEach((service, record) -> services.add(service.key(), StatusCommand.json(record)));
      OutputOption.print(environment, services);
      return;
    }
    Table table = new Table("SERVICE", "GRPC", "HTTP", "PID", "");
    records.forEach(
        (service, record) ->
            table.row(
                service.key(),
                record.target().toString(),
                "127.0.0.1:" + record.ports().http(),
                Long.toString(record.pid()),
                started.contains(record) ? "started" : "ran already"));
    table.lines().forEach(environment.out()::println);
    environment
        .out()
        .println("models in " + deployment.repository() + ", logs in " + deployment.logs());
  }
}
