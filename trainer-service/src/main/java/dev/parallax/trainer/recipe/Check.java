package dev.parallax.trainer.recipe;

import com.google.protobuf.ProtocolMessageEnum;
import dev.parallax.platform.errors.RequestException;
import java.util.Locale;

/** What single fields are held to; a refusal names the path, the value and what is allowed. */
final class Check {
  private Check() {}

  /** {@code min <= value <= max}; not a number is refused, too. */
  static void range(String path, double value, double min, double max) {
    range(path, value, min, max, "");
  }

  /**
   * As {@link #range(String, double, double, double)}.
   *
   * @param why follows the range in the message, as in {@code ", the rows of the grid less 1"}
   */
  static void range(String path, double value, double min, double max, String why) {
    if (!(value >= min && value <= max)) {
      throw RequestException.invalid(path, text(value), text(min) + " to " + text(max) + why);
    }
  }

  /** {@code 0 < value <= max}. */
  static void positive(String path, double value, double max) {
    if (!(value > 0 && value <= max)) {
      throw RequestException.invalid(path, text(value), "above 0, at most " + text(max));
    }
  }

  /** {@code 0 <= value < 1}, as momenta are. */
  static void belowOne(String path, double value) {
    if (!(value >= 0 && value < 1)) {
      throw RequestException.invalid(path, text(value), "0 or more, below 1");
    }
  }

  static void probability(String path, double value) {
    range(path, value, 0, 1);
  }

  /** Temperatures and the like, 0.001 to 10. */
  static void temperature(String path, double value) {
    range(path, value, 0.001, 10);
  }

  /** Refuses the zero of an enum and numbers that it does not know. */
  static void chosen(String path, ProtocolMessageEnum value, String allowed) {
    known(path, value, allowed);
    if (value.getNumber() == 0) {
      throw RequestException.invalid(path, value, allowed);
    }
  }

  /** Refuses the numbers that an enum does not know. */
  static void known(String path, ProtocolMessageEnum value, String allowed) {
    if (((Enum<?>) value).name().equals("UNRECOGNIZED")) {
      throw RequestException.invalid(path, value, allowed);
    }
  }

  /** For a field that has to be there. */
  static RequestException missing(String path, String allowed) {
    return RequestException.invalidBecause(path, path + " is not set; allowed: " + allowed);
  }

  /** For a field that may not be there. */
  static RequestException unwanted(String path, String allowed) {
    return RequestException.invalidBecause(path, path + " is set; allowed: " + allowed);
  }

  /** A oneof's case as YAML writes it. */
  static String yaml(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** {@code 1 layer}, {@code 2 layers}. */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
