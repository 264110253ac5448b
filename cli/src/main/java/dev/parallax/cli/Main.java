package dev.parallax.cli;

import dev.parallax.cli.command.CommandLines;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The {@code parallax} command. */
public final class Main {
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private Main() {}

  public static void main(String[] args) {
    Environment environment = Environment.ofProcess();
    if (!environment.debug()) {
      // What gRPC and netty log is told in one line of our own where it matters.
      LogManager.getLogManager().reset();
      ROOT_LOGGER.setLevel(Level.OFF);
    }
    int exitCode = run(environment, args);
    if (environment.interruption().interrupted()) {
      // The JVM is on its way out already, with the code of the signal.
      return;
    }
    environment.interruption().finish();
    environment.out().flush();
    System.exit(exitCode);
  }

  /** An error is none of the commands' exceptions: a broken installation, or too little memory. */
  private static int run(Environment environment, String[] args) {
    try {
      return CommandLines.of(environment).execute(args);
    } catch (Error e) {
      environment
          .terminal()
          .line(
              "parallax: "
                  + e.getClass().getSimpleName()
                  + ": "
                  + e.getMessage()
                  + "; PARALLAX_DEBUG=1 shows where");
      if (environment.debug()) {
        e.printStackTrace(environment.terminal().err());
      }
      return ExitCode.FAILURE;
    }
  }
}
