package dev.parallax.cli.report;

import java.util.List;

/**
 * What labels are called.
 *
 * @param names in the order of the labels
 */
record ClassNames(List<String> names) {
  ClassNames {
    names = List.copyOf(names);
  }

  /** The name, or the number where there is none. */
  String of(int label) {
    if (label < 0) {
      return "no class";
    }
    return label < names.size() && !names.get(label).isBlank()
        ? names.get(label)
        : "class " + label;
  }
}
