package dev.parallax.cli.command;

import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Health;
import dev.parallax.cli.client.Peer;
import dev.parallax.cli.local.RunDirectory;
import dev.parallax.cli.local.RunRecord;
import dev.parallax.cli.local.Service;
import dev.parallax.cli.terminal.Table;
import dev.parallax.cli.terminal.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which services there are and how they are. */
@Command(
    name = "status",
    header = "Show whether the services run and take calls.",
    description = "Exit code 0 when all three take calls, 3 otherwise.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax status",
      "  parallax status --output json",
      "  parallax status --embedding gpu-box:8001 --tls"
    })
final class StatusCommand extends BaseCommand {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final String WHERE = "Where it is, when 'up' has not started it.";

  @Option(names = "--trainer", paramLabel = "HOST:PORT", description = WHERE)
  private String trainer;

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = WHERE)
  private String embedding;

  @Option(names = "--eval", paramLabel = "HOST:PORT", description = WHERE)
  private String eval;

  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  StatusCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    RunDirectory runs = new RunDirectory(environment.home().resolve("run"));
    Table table = new Table("SERVICE", "HEALTH", "ADDRESS", "PID", "UP");
    JsonObject services = new JsonObject();
    boolean all = true;
    for (Service service : Service.values()) {
      Optional<RunRecord> record = runs.running(service);
      try (Peer peer = peers.open(environment, service, given(service))) {
        Health health = Health.of(peer, TIMEOUT);
        all &= health == Health.SERVING;
        record = record.filter(r -> r.target().equals(peer.target()));
        JsonObject json = record.map(StatusCommand::json).orElseGet(JsonObject::new);
        json.addProperty("address", peer.target().toString());
        json.addProperty("health", health.text());
        services.add(service.key(), json);
        table.row(
            service.key(),
            health.text(),
            peer.target().toString(),
            record.map(r -> Long.toString(r.pid())).orElse("-"),
            record.map(StatusCommand::age).orElse("-"));
      }
    }
    if (output.json()) {
      OutputOption.print(environment, services);
    } else {
      table.lines().forEach(environment.out()::println);
    }
    return all ? ExitCode.OK : ExitCode.UNREACHABLE;
  }

  static JsonObject json(RunRecord record) {
    JsonObject json = new JsonObject();
    json.addProperty("address", record.target().toString());
    json.addProperty("http_port", record.ports().http());
    json.addProperty("pid", record.pid());
    json.addProperty("started", record.started().toString());
    return json;
  }

  private String given(Service service) {
    return switch (service) {
      case TRAINER -> trainer;
      case EMBEDDING -> embedding;
      case EVAL -> eval;
    };
  }

  private static String age(RunRecord record) {
    return Texts.duration(Duration.between(record.started(), Instant.now()).toMillis() / 1e3);
  }
}
