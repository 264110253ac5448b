package dev.parallax.embedding.app;

import dev.parallax.platform.startup.StartupFailures;
import dev.parallax.platform.startup.Telemetry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Entry of the process: a start that fails ends with one line and exit code 1. */
@QuarkusMain
public final class EmbeddingMain {
  private EmbeddingMain() {}

  public static void main(String... args) {
    Telemetry.enableWhereEndpointIsSet();
    Quarkus.run(null, EmbeddingMain::exit, args);
  }

  private static void exit(int code, Throwable failure) {
    if (failure != null) {
      StartupFailures.print("parallax embedding", failure, System.err);
    }
    System.exit(failure == null ? code : Math.max(1, code));
  }
}
