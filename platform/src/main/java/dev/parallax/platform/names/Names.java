package dev.parallax.platform.names;

import dev.parallax.platform.errors.RequestException;
import java.util.regex.Pattern;

/** Names that become directories, URLs and metric labels, so that none may leave its place. */
public final class Names {
  private static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{0,64}");

  private Names() {}

  /**
   * Name of a model.
   *
   * @param field path of the field, for the message
   * @return {@code value}
   * @throws RequestException INVALID_ARGUMENT unless it is [a-z0-9][a-z0-9._-]{0,62} without ".."
   */
  public static String model(String field, String value) {
    if (!isModel(value)) {
      throw RequestException.invalid(
          field,
          value,
          "1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first, no \"..\"");
    }
    return value;
  }

  /** Whether {@link #model} accepts it. */
  public static boolean isModel(String value) {
    return MODEL.matcher(value).matches() && !value.contains("..");
  }

  /**
   * Name that stands for a version of a model.
   *
   * @return {@code value}
   * @throws RequestException INVALID_ARGUMENT unless it is [a-z][a-z0-9-]{0,31}
   */
  public static String alias(String field, String value) {
    if (!ALIAS.matcher(value).matches()) {
      throw RequestException.invalid(field, value, "1 to 32 of a-z, 0-9 and '-', a letter first");
    }
    return value;
  }

  /**
   * Identifier that makes repeated requests safe; may be empty.
   *
   * @return {@code value}
   * @throws RequestException INVALID_ARGUMENT when it is longer than 64 or not printable ASCII
   */
  public static String requestId(String field, String value) {
    if (!REQUEST_ID.matcher(value).matches()) {
      throw RequestException.invalid(
          field, value, "at most 64 printable ASCII characters without spaces, or empty");
    }
    return value;
  }
}
