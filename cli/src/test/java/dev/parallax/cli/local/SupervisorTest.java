package dev.parallax.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.cli.client.Connector;
import dev.parallax.cli.client.Health;
import dev.parallax.cli.fake.Cli;
import dev.parallax.cli.fake.FakeService;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that play the services. */
class SupervisorTest {
  @TempDir private Path home;
  private Supervisor supervisor;
  private final ProgressLine progress =
      new ProgressLine(
          Terminal.plain(
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)));

  @BeforeEach
  void prepare() {
    supervisor = supervisor(home.resolve("models"));
  }

  @AfterEach
  void stop() {
    supervisor.stop();
  }

  private Supervisor supervisor(Path repository) {
    ByteArrayOutputStream nowhere = new ByteArrayOutputStream();
    return new Supervisor(
        new Cli(home)
            .with("PATH", String.valueOf(System.getenv("PATH")))
            .environment(nowhere, nowhere),
        (service, settings) -> FakeService.command(service, settings, repository),
        Connector.plain(),
        Deployment.onFreePorts(home, repository));
  }

  @Test
  void services_startAreFoundAgainAndStop() throws ExecutionException, InterruptedException {
    RunRecord record = supervisor.start(Service.EVAL);
    supervisor.awaitReady(List.of(record), progress);
    assertThat(supervisor.health(record)).isEqualTo(Health.SERVING);
    RunDirectory runs = supervisor.deployment().runs();
    assertThat(runs.running(Service.EVAL)).contains(record);
    assertThat(runs.running(Service.TRAINER)).isEmpty();
    ProcessHandle process = record.process().orElseThrow();
    supervisor.stop();
    process.onExit().get();
    assertThat(runs.read(Service.EVAL)).isEmpty();
    assertThat(supervisor.health(record)).isEqualTo(Health.UNREACHABLE);
    assertThatThrownBy(() -> supervisor.start(Service.EVAL))
        .hasMessage("the services are being stopped");
  }

  @Test
  void services_thatDieSayTheirLastWords() {
    supervisor = supervisor(home.resolve("unlucky"));
    RunRecord record = supervisor.start(Service.TRAINER);
    assertThatThrownBy(() -> supervisor.awaitReady(List.of(record), progress))
        .hasMessage(
            "the trainer did not start: parallax trainer: the moon is full (log: "
                + home.resolve("logs/trainer.log")
                + ")");
  }

  @Test
  void ports_thatAreTakenAreNamedWithTheOptionThatChoosesAnother() throws IOException {
    Ports ports = supervisor.deployment().ports().get(Service.EMBEDDING);
    try (ServerSocket other = new ServerSocket(ports.grpc(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(other.isBound()).isTrue();
      assertThatThrownBy(() -> supervisor.start(Service.EMBEDDING))
          .hasMessage(
              "port "
                  + ports.grpc()
                  + " of the embedding service is taken by another program; stop that one, or choose another"
                  + " port with --embedding-port PORT");
    }
  }

  /** A process number that the system has given to somebody else meanwhile. */
  @Test
  void processes_ofTheSameNumberThatBeganAtAnotherTimeAreLeftAlone() {
    RunRecord stale =
        new RunRecord(
            Service.TRAINER,
            ProcessHandle.current().pid(),
            Instant.parse("2020-01-01T00:00:00Z"),
            new Ports(1, 2));
    RunDirectory runs = supervisor.deployment().runs();
    runs.write(stale);
    assertThat(runs.running(Service.TRAINER)).isEmpty();
    assertThat(new Shutdown(runs).stop(List.of(stale))).isEmpty();
    assertThat(runs.read(Service.TRAINER)).isEmpty();
  }

  @Test
  void records_thatAreDamagedAreNamed() throws IOException {
    Path file = home.resolve("run/eval.json");
    Files.createDirectories(file.getParent());
    for (String damage :
        List.of("", "{", "{\"pid\": \"x\"}", "[]", "{\"pid\": 1, \"started\": \"then\"}")) {
      Files.writeString(file, damage);
      assertThatThrownBy(() -> supervisor.deployment().runs().running(Service.EVAL))
          .hasMessageStartingWith(file + " is damaged; delete it");
    }
  }
}
