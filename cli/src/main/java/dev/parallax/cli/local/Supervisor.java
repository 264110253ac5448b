package dev.parallax.cli.local;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Connector;
import dev.parallax.cli.client.Health;
import dev.parallax.cli.client.Peer;
import dev.parallax.cli.terminal.ProgressLine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts, watches and stops the services of a deployment. May be stopped by another thread than the
 * one that starts.
 */
public final class Supervisor {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Environment environment;
  private final ServiceProgram program;
  private final Connector connector;
  private final Deployment deployment;
  private final Map<Service, ServiceLog> logs = new EnumMap<>(Service.class);
  private final List<RunRecord> started = new ArrayList<>();
  private boolean stopped;

  public Supervisor(
      Environment environment, ServiceProgram program, Connector connector, Deployment deployment) {
    this.environment = environment;
    this.program = program;
    this.connector = connector;
    this.deployment = deployment;
  }

  public Deployment deployment() {
    return deployment;
  }

  /**
   * Starts a service, which may take a while to be ready.
   *
   * @throws CliException when a port is taken or the program cannot be run
   */
  public synchronized RunRecord start(Service service) {
    if (stopped) {
      throw CliException.failure("the services are being stopped");
    }
    Ports ports = deployment.ports().get(service);
    ports.requireFree(service);
    ServiceLog log = ServiceLog.open(deployment.logs(), service);
    logs.put(service, log);
    List<String> command = new ArrayList<>(detached());
    command.addAll(program.command(service, deployment.settings(service)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(deployment.home().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    builder.environment().put("PARALLAX_HOME", deployment.home().toString());
    if (service != Service.TRAINER) {
      // The launcher tells malloc to keep memory, which is for training steps; what serves models
      // gives it back.
      builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
    }
    try {
      Files.createDirectories(deployment.home());
      Process process = builder.start();
      RunRecord record = RunRecord.of(service, process.toHandle(), ports);
      started.add(record);
      deployment.runs().write(record);
      return record;
    } catch (IOException e) {
      throw CliException.failure(
          "the " + service.title() + " cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Waits until all of them take calls.
   *
   * @throws CliException when one dies, or takes more than two minutes
   */
  public void awaitReady(List<RunRecord> records, ProgressLine progress) {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    List<RunRecord> waiting = new ArrayList<>(records);
    while (!waiting.isEmpty()) {
      waiting.removeIf(this::ready);
      for (RunRecord record : waiting) {
        if (!record.running()) {
          throw CliException.failure(
              "the " + record.service().title() + " did not start: " + lastWords(record.service()));
        }
      }
      if (System.nanoTime() > deadline) {
        throw CliException.failure(
            "not ready within "
                + START_TIMEOUT.toSeconds()
                + " s: "
                + titles(waiting)
                + "; the logs are in "
                + deployment.logs());
      }
      progress.show("starting " + titles(records), -1, OptionalDouble.empty(), "");
      pause(POLL);
    }
  }

  public Health health(RunRecord record) {
    try (Peer peer =
        connector.open(record.service().title(), record.service().option(), record.target())) {
      return Health.of(peer, HEALTH_TIMEOUT);
    }
  }

  /** Stops what was started here, and starts nothing more. Those that use others stop first. */
  public void stop() {
    List<RunRecord> records;
    synchronized (this) {
      stopped = true;
      records = List.copyOf(started.reversed());
      started.clear();
    }
    new Shutdown(deployment.runs()).stop(records);
  }

  private boolean ready(RunRecord record) {
    return record.running() && health(record) == Health.SERVING;
  }

  private String lastWords(Service service) {
    ServiceLog log;
    synchronized (this) {
      log = logs.get(service);
    }
    return log == null
        ? "its log is in " + deployment.logs()
        : log.lastWords() + " (log: " + log.file() + ")";
  }

  /** Ctrl-C in the terminal is for this program, which then stops the services in good order. */
  private List<String> detached() {
    return Stream.of(environment.variable("PATH").orElse("").split(File.pathSeparator))
        .map(directory -> Path.of(directory, "setsid"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(setsid -> List.of(setsid.toString()))
        .orElse(List.of());
  }

  private static String titles(List<RunRecord> records) {
    return records.stream()
        .map(record -> record.service().title())
        .collect(Collectors.joining(", "));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure("interrupted", e);
    }
  }
}
