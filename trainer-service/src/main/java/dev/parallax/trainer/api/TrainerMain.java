package dev.parallax.trainer.api;

import dev.parallax.platform.startup.StartupFailures;
import dev.parallax.platform.startup.Telemetry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the trainer; a start that fails is one line and exit code 1. */
@QuarkusMain
public final class TrainerMain {
  public static void main(String[] args) {
    Telemetry.enableWhereEndpointIsSet();
    Quarkus.run(null, TrainerMain::exit, args);
  }

  private static void exit(int code, Throwable failure) {
    if (failure != null) {
      StartupFailures.print("parallax trainer", failure, System.err);
    }
    System.exit(failure == null ? code : Math.max(1, code));
  }
}
