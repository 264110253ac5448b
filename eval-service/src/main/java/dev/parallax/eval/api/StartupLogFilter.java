package dev.parallax.eval.api;

import dev.parallax.platform.startup.StartupFailures;
import io.quarkus.logging.LoggingFilter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Keeps back the stack trace with which the gRPC server says that it cannot start; {@link
 * Listening} says it in one line.
 */
@LoggingFilter(name = "startup")
public final class StartupLogFilter implements Filter {
  private static final String SERVER = "io.quarkus.grpc.runtime.GrpcServerRecorder";
  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

  static Optional<String> grpcFailure() {
    return Optional.ofNullable(FAILURE.get()).map(StartupFailures::line);
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    if (!SERVER.equals(record.getLoggerName())
        || record.getLevel().intValue() < Level.SEVERE.intValue()) {
      return true;
    }
    if (record.getThrown() != null) {
      FAILURE.set(record.getThrown());
    }
    return false;
  }
}
