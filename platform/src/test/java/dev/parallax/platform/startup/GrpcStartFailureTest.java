package dev.parallax.platform.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class GrpcStartFailureTest {
  private final GrpcStartFailure filter = new GrpcStartFailure();

  private static LogRecord entry(String logger, Level level, Throwable thrown) {
    LogRecord entry = new LogRecord(level, "Unable to start the gRPC server");
    entry.setLoggerName(logger);
    entry.setThrown(thrown);
    return entry;
  }

  @Test
  void failedStart_isKeptInsteadOfLogged() {
    String recorder = "io.quarkus.grpc.runtime.GrpcServerRecorder";
    assertThat(filter.isLoggable(entry("other", Level.SEVERE, new RuntimeException()))).isTrue();
    assertThat(filter.isLoggable(entry(recorder, Level.INFO, null))).isTrue();
    assertThat(GrpcStartFailure.reason()).hasMessage("the gRPC server has not started");
    StartupException cause = new StartupException("port 1 cannot be opened");
    assertThat(filter.isLoggable(entry(recorder, Level.SEVERE, new RuntimeException(cause))))
        .isFalse();
    assertThat(GrpcStartFailure.reason()).isSameAs(cause);
  }
}
