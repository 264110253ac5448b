package dev.parallax.cli.terminal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as people read them. */
public final class Texts {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private Texts() {}

  /** {@code 4 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String duration(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }
    return whole / 3600 + " h" + (whole % 3600 / 60 == 0 ? "" : " " + whole % 3600 / 60 + " min");
  }

  /** {@code 47.0 %} for 0.47. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 1 image}, {@code 12,345 images}. */
  public static String images(long count) {
    return count == 1 ? "1 image" : count(count) + " images";
  }

  /** In the time zone of the machine. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** Four significant digits, without an exponent where that is readable. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return Long.toString((long) value);
    }
    return size >= 1e-3 && size < 1e6
        ? trimmed(String.format(Locale.ROOT, "%." + digits(size) + "f", value))
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private static int digits(double size) {
    return Math.clamp(3 - (int) Math.floor(Math.log10(size)), 0, 6);
  }

  private static String trimmed(String text) {
    return text.indexOf('.') < 0 ? text : text.replaceAll("\\.?0+$", "");
  }
}
