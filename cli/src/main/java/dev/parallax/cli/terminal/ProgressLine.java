package dev.parallax.cli.terminal;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * One line of progress: redrawn in place where a person looks, printed now and then where the
 * output is kept.
 */
public final class ProgressLine implements AutoCloseable {
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long PRINT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int BAR = 24;
  private static final String CLEAR = "\r\u001b[K";

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private String stage = "";
  private long shownAt;
  private boolean drawn;

  public ProgressLine(Terminal terminal) {
    this(terminal, System::nanoTime);
  }

  ProgressLine(Terminal terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  /**
   * Shows where the work stands, if enough time has passed since the last time or another stage has
   * begun.
   *
   * @param stageName what is being done; short, and the same as long as it is
   * @param fraction work done, 0 to 1; below 0 where nobody knows
   * @param etaSeconds time left
   * @param detail numbers to look at, may be empty
   */
  public synchronized void show(
      String stageName, double fraction, OptionalDouble etaSeconds, String detail) {
    boolean newStage = !stage.equals(stageName);
    long now = nanoTime.getAsLong();
    long interval = terminal.interactive() ? REDRAW_NANOS : PRINT_NANOS;
    if (!newStage && now - shownAt < interval) {
      return;
    }
    stage = stageName;
    shownAt = now;
    if (terminal.interactive()) {
      terminal.err().print(CLEAR + fitted(interactiveLine(fraction, etaSeconds, detail)));
      terminal.err().flush();
      drawn = true;
    } else {
      terminal.line(plainLine(fraction, etaSeconds, detail));
    }
  }

  /** Prints a line that stays. */
  public synchronized void say(String line) {
    clear();
    terminal.line(line);
    stage = "";
  }

  /** Takes the line away. */
  public synchronized void clear() {
    if (drawn) {
      terminal.err().print(CLEAR);
      terminal.err().flush();
      drawn = false;
    }
  }

  @Override
  public void close() {
    clear();
  }

  private String interactiveLine(double fraction, OptionalDouble etaSeconds, String detail) {
    String line = stage;
    if (fraction >= 0) {
      line += "  " + bar(fraction) + " " + percent(fraction);
    }
    return withEta(line, etaSeconds) + (detail.isEmpty() ? "" : "  " + detail);
  }

  private String plainLine(double fraction, OptionalDouble etaSeconds, String detail) {
    String line = fraction >= 0 ? stage + "  " + percent(fraction) : stage;
    return withEta(line, etaSeconds) + (detail.isEmpty() ? "" : "  " + detail);
  }

  private static String withEta(String line, OptionalDouble etaSeconds) {
    return etaSeconds.isPresent()
        ? line + "  ETA " + Texts.duration(etaSeconds.getAsDouble())
        : line;
  }

  private String bar(double fraction) {
    int eighths = (int) Math.round(Math.clamp(fraction, 0, 1) * BAR * 8);
    StringBuilder bar = new StringBuilder();
    for (int i = 0; i < BAR; i++) {
      int filled = Math.clamp(eighths - i * 8L, 0, 8);
      if (terminal.unicode()) {
        bar.append(filled == 0 ? '\u00b7' : (char) ('\u2590' - filled));
      } else {
        bar.append(filled >= 4 ? '#' : '.');
      }
    }
    return bar.toString();
  }

  private static String percent(double fraction) {
    return "%3d %%".formatted((int) Math.floor(Math.clamp(fraction, 0, 1) * 100));
  }

  private String fitted(String line) {
    return line.length() < terminal.columns() ? line : line.substring(0, terminal.columns() - 1);
  }
}
