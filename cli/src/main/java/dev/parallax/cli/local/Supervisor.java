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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts, watches and stops the services of a deployment. */
public final class Supervisor {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STOP_GRACE = Duration.ofSeconds(30);
  private static final Duration KILL_GRACE = Duration.ofSeconds(5);

  private final Environment environment;
  private final ServiceProgram program;
  private final Connector connector;
  private final Deployment deployment;
  private final Map<Service, ServiceLog> logs = new EnumMap<>(Service.class);

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
  public RunRecord start(Service service) {
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
    try {
      Process process = builder.start();
      RunRecord record = RunRecord.of(service, process.toHandle(), ports);
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

  /**
   * Ends services in the order given, kindly at first; all of them get the word at once.
   *
   * @return those that had to be killed
   */
  public List<RunRecord> stop(List<RunRecord> records) {
    List<RunRecord> killed = new ArrayList<>();
    records.forEach(record -> record.process().ifPresent(ProcessHandle::destroy));
    long deadline = System.nanoTime() + STOP_GRACE.toNanos();
    for (RunRecord record : records) {
      record
          .process()
          .ifPresent(
              process -> {
                List<ProcessHandle> family = process.descendants().toList();
                if (!ended(process, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                  Stream.concat(Stream.of(process), family.stream())
                      .forEach(ProcessHandle::destroyForcibly);
                  ended(process, KILL_GRACE);
                  killed.add(record);
                }
              });
      deployment.runs().delete(record.service());
    }
    return killed;
  }

  private boolean ready(RunRecord record) {
    return record.running() && health(record) == Health.SERVING;
  }

  private String lastWords(Service service) {
    ServiceLog log = logs.get(service);
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

  private static boolean ended(ProcessHandle process, Duration within) {
    try {
      process.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return !process.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
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
