package dev.parallax.cli.report;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How numbers are written. Every text is the same in every locale. */
final class Figures {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH);

  private Figures() {}

  /** 0.8804 is {@code 88.0 %}. */
  static String percent(double share) {
    return fixed(100 * share, 1) + " %";
  }

  /** The difference of two shares: {@code +56.1 points}, {@code −3.0 points}. */
  static String points(double from, double to) {
    return signed(100 * (to - from), 1) + " points";
  }

  static String signed(double value, int decimals) {
    String text = fixed(value, decimals);
    return text.startsWith("−") || Double.parseDouble(text.replace(",", "")) == 0
        ? text
        : "+" + text;
  }

  /** With thousands separators and a true minus sign; never {@code −0.0}. */
  static String fixed(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", Math.abs(value));
    boolean zero = text.chars().allMatch(c -> c == '0' || c == '.');
    return value < 0 && !zero ? "−" + text : text;
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** The number with its noun: {@code 1 epoch}, {@code 4,096 images}. */
  static String counted(long value, String noun) {
    return count(value) + " " + (value == 1 ? noun : noun + "s");
  }

  /**
   * As short as it can be said with at most four digits: {@code 0.1}, {@code 1e-6}, {@code 200}.
   */
  static String brief(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    String text = size < 1e-3 || size >= 1e6 ? exponential(rounded) : rounded.abs().toPlainString();
    return value < 0 ? "−" + text : text;
  }

  /** {@code 2 h 5 min}, {@code 3 min 7 s}, {@code 12.4 s}. */
  static String duration(double seconds) {
    if (seconds < 60) {
      return fixed(seconds, seconds < 10 ? 1 : 0) + " s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : count(whole / 3600) + " h " + whole % 3600 / 60 + " min";
  }

  static String bytes(long bytes) {
    return bytes < 1 << 20
        ? fixed(bytes / 1024.0, 1) + " KiB"
        : fixed(bytes / (1024.0 * 1024.0), 1) + " MiB";
  }

  static String minute(Instant instant) {
    return MINUTES.format(instant.atOffset(ZoneOffset.UTC));
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static double seconds(Timestamp from, Timestamp to) {
    return Duration.between(instant(from), instant(to)).toMillis() / 1000.0;
  }

  /** The first twelve digits, enough to tell models apart. */
  static String prefix(String sha256) {
    return sha256.length() <= 12 ? sha256 : sha256.substring(0, 12);
  }

  /** A coordinate in a drawing: one decimal, as few characters as possible. */
  static String coordinate(double value) {
    long tenths = Math.round(value * 10);
    String text = Long.toString(Math.abs(tenths) / 10);
    long rest = Math.abs(tenths) % 10;
    return (tenths < 0 ? "-" : "") + (rest == 0 ? text : text + "." + rest);
  }

  private static String exponential(BigDecimal value) {
    BigDecimal digits = value.abs().stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return mantissa + "e" + exponent;
  }
}
