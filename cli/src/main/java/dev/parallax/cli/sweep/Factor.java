package dev.parallax.cli.sweep;

import dev.parallax.cli.CliException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is varied: fields of the recipe, and the values that they take, all of them the same one.
 *
 * @param paths as {@code --set} takes them, one or more
 * @param values one or more, each of them once
 */
public record Factor(List<String> paths, List<String> values) {
  /** The path that is no field of the recipe: which output of a model is measured. */
  static final String VECTOR = "vector";

  private static final String OPTION = "--vary";
  private static final String FORM =
      "PATH=V1,V2 or PATH,PATH=V1,V2, as in loss.temperature=0.1,0.5";

  public Factor {
    paths = List.copyOf(paths);
    values = List.copyOf(values);
    if (paths.isEmpty() || values.isEmpty()) {
      throw new IllegalArgumentException("a factor has paths and values, not " + paths + values);
    }
  }

  /**
   * Reads what stands behind {@code --vary}.
   *
   * @throws CliException when it has not the form, or a value twice
   */
  public static Factor parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw CliException.usage(OPTION, text, FORM);
    }
    List<String> paths = split(text.substring(0, equals));
    List<String> values = split(text.substring(equals + 1));
    if (Stream.concat(paths.stream(), values.stream()).anyMatch(String::isEmpty)) {
      throw CliException.usage(OPTION, text, FORM);
    }
    if (paths.size() > 1 && paths.contains(VECTOR)) {
      throw CliException.usage(
          OPTION + " " + text + " varies vector with a field of the recipe; allowed: vector alone");
    }
    HashSet<String> seen = new HashSet<>();
    for (String value : values) {
      if (!seen.add(value)) {
        throw CliException.usage(
            OPTION + " " + text + " has the value " + value + " twice; allowed: once");
      }
    }
    return new Factor(paths, values);
  }

  /** Whether it is the measured output that varies, and not the recipe. */
  public boolean isVector() {
    return paths.contains(VECTOR);
  }

  /** The paths, as the factor is called in tables. */
  public String name() {
    return String.join(",", paths);
  }

  private static List<String> split(String list) {
    return Stream.of(list.split(",", -1)).map(String::strip).toList();
  }
}
