package dev.parallax.cli;

/** Ends a command; the message is the one line that the user sees, with the remedy. */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CliException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public static CliException failure(String message) {
    return new CliException(ExitCode.FAILURE, message, null);
  }

  public static CliException failure(String message, Throwable cause) {
    return new CliException(ExitCode.FAILURE, message, cause);
  }

  /** For {@code --epochs is -3; allowed: 0 to 100000}. */
  public static CliException usage(String option, Object value, String allowed) {
    return usage(option + " is " + value + "; allowed: " + allowed);
  }

  public static CliException usage(String message) {
    return new CliException(ExitCode.USAGE, message, null);
  }

  public static CliException unreachable(String message, Throwable cause) {
    return new CliException(ExitCode.UNREACHABLE, message, cause);
  }

  public static CliException jobFailed(String message) {
    return new CliException(ExitCode.JOB_FAILED, message, null);
  }

  /** One of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
