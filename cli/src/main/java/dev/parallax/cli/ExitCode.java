package dev.parallax.cli;

/** What a command's exit code means; documented in docs/cli.md. */
public final class ExitCode {
  public static final int OK = 0;

  /** Something went wrong that none of the other codes says better. */
  public static final int FAILURE = 1;

  /** The command line, or a value in it, was not accepted. */
  public static final int USAGE = 2;

  /** A service could not be reached. */
  public static final int UNREACHABLE = 3;

  /** The job that was waited for failed or was cancelled. */
  public static final int JOB_FAILED = 4;

  /** Ended by Ctrl-C; the JVM's own code for it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
