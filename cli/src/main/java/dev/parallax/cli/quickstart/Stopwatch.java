package dev.parallax.cli.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds by stage. */
final class Stopwatch {
  private final long start = System.nanoTime();
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long lap = start;

  /** Ends a stage. */
  void lap(String stage) {
    long now = System.nanoTime();
    seconds.merge(stage, (now - lap) / 1e9, Double::sum);
    lap = now;
  }

  /** All stages and {@code total}. */
  Map<String, Double> seconds() {
    Map<String, Double> all = new LinkedHashMap<>(seconds);
    all.put("total", (System.nanoTime() - start) / 1e9);
    return all;
  }
}
