package dev.parallax.cli.local;

import dev.parallax.cli.client.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A service that was started.
 *
 * @param pid its process
 * @param started when the operating system says that the process began; tells it from a later one
 *     of the same number
 */
public record RunRecord(Service service, long pid, Instant started, Ports ports) {
  /** The system's clock may be set while a process runs, which moves the time that it reports. */
  private static final Duration TOLERANCE = Duration.ofSeconds(3);

  static RunRecord of(Service service, ProcessHandle process, Ports ports) {
    return new RunRecord(
        service, process.pid(), process.info().startInstant().orElse(Instant.now()), ports);
  }

  /** The process, if it is still there and still the same. */
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::same);
  }

  public boolean running() {
    return process().isPresent();
  }

  public Target target() {
    return Target.local(ports.grpc());
  }

  private boolean same(ProcessHandle process) {
    return process
        .info()
        .startInstant()
        .map(instant -> Duration.between(instant, started).abs().compareTo(TOLERANCE) <= 0)
        .orElse(false);
  }
}
