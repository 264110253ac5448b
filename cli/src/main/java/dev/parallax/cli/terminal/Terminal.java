package dev.parallax.cli.terminal;

import java.io.PrintStream;
import java.util.Map;

/**
 * Standard error, for progress and remarks.
 *
 * @param err UTF-8
 * @param interactive whether a person looks at it, so that a line can be redrawn
 * @param columns width in characters, 20 or more
 * @param unicode whether bars may be drawn with block characters
 */
public record Terminal(PrintStream err, boolean interactive, int columns, boolean unicode) {
  private static final int MIN_COLUMNS = 20;
  private static final int DEFAULT_COLUMNS = 100;

  public Terminal {
    columns = Math.max(MIN_COLUMNS, columns);
  }

  /**
   * The launcher knows what the JVM cannot find out: whether descriptor 2 is a terminal, and how
   * wide it is.
   */
  public static Terminal ofProcess(PrintStream err, Map<String, String> variables) {
    boolean interactive =
        Boolean.getBoolean("parallax.terminal") && !"dumb".equals(variables.get("TERM"));
    boolean unicode = "UTF-8".equalsIgnoreCase(System.getProperty("stderr.encoding"));
    return new Terminal(
        err, interactive, Integer.getInteger("parallax.columns", DEFAULT_COLUMNS), unicode);
  }

  /** One that is a file or a pipe. */
  public static Terminal plain(PrintStream err) {
    return new Terminal(err, false, DEFAULT_COLUMNS, false);
  }

  public void line(String text) {
    err.println(text);
    err.flush();
  }
}
