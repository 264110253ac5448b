package dev.parallax.platform.startup;

import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * A log filter that keeps why a gRPC server did not start. Quarkus only logs that, with a stack
 * trace, and goes on without the server; a service wants to end instead, with one line. Services
 * install it under a name of their own.
 */
public class GrpcStartFailure implements Filter {
  private static final String LOGGER = "io.quarkus.grpc.runtime.GrpcServerRecorder";
  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

  @Override
  public final boolean isLoggable(LogRecord entry) {
    if (!LOGGER.equals(entry.getLoggerName())
        || entry.getLevel().intValue() < Level.SEVERE.intValue()) {
      return true;
    }
    if (entry.getThrown() != null) {
      FAILURE.compareAndSet(null, entry.getThrown());
    }
    return false;
  }

  /** What to throw when the server is found not to have started. */
  public static StartupException reason() {
    Throwable root = FAILURE.get();
    for (Throwable cause = root; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartupException known) {
        return known;
      }
      root = cause;
    }
    return root == null
        ? new StartupException("the gRPC server has not started")
        : new StartupException(
            "the gRPC server cannot start: "
                + root.getClass().getSimpleName()
                + " "
                + root.getMessage(),
            root);
  }
}
