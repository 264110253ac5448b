package dev.parallax.embedding.app;

import dev.parallax.platform.startup.StartupFailures;
import io.quarkus.logging.LoggingFilter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps back the stack trace with which the gRPC server says that it cannot start, for {@link
 * Listening} says it in one line, and its warning that it is a server of its own, for that is
 * meant.
 */
@LoggingFilter(name = "startup")
public final class StartupLogFilter implements Filter {
  private static final String SERVER = "io.quarkus.grpc.runtime.GrpcServerRecorder";
  private static final int WARN = 900;
  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

  static String grpcFailure() {
    return Optional.ofNullable(FAILURE.get())
        .map(StartupFailures::line)
        .orElse("the gRPC server did not start");
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    if (!SERVER.equals(record.getLoggerName()) || record.getLevel().intValue() < WARN) {
      return true;
    }
    if (record.getThrown() != null) {
      FAILURE.set(record.getThrown());
    }
    return false;
  }
}
