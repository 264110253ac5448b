package dev.parallax.embedding.benchmark;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One flat JSON object in one line, fields in the order in which they were put. */
final class JsonLine {
  private final Map<String, String> fields = new LinkedHashMap<>();

  JsonLine put(String name, long value) {
    fields.put(name, Long.toString(value));
    return this;
  }

  JsonLine put(String name, double value) {
    fields.put(name, Double.isFinite(value) ? String.format(Locale.ROOT, "%.6f", value) : "null");
    return this;
  }

  /**
   * @param value without quotes and backslashes
   */
  JsonLine put(String name, String value) {
    fields.put(name, '"' + value + '"');
    return this;
  }

  JsonLine put(String name, Map<String, ? extends Number> counts) {
    fields.put(
        name,
        counts.entrySet().stream()
            .map(entry -> '"' + entry.getKey() + "\": " + entry.getValue())
            .collect(Collectors.joining(", ", "{", "}")));
    return this;
  }

  void print() {
    System.out.println(this);
    System.out.flush();
  }

  @Override
  public String toString() {
    return fields.entrySet().stream()
        .map(entry -> '"' + entry.getKey() + "\": " + entry.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
