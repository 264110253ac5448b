package dev.parallax.embedding.provider;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How far ONNX Runtime rewrites a graph before it runs it; each level includes those before it. */
public enum GraphOptimization {
  DISABLED(OptLevel.NO_OPT),
  /** Constants are computed, what has no effect goes. */
  BASIC(OptLevel.BASIC_OPT),
  /** Operators are fused. */
  EXTENDED(OptLevel.EXTENDED_OPT),
  /** Tensors lie as the hardware likes it. */
  ALL(OptLevel.ALL_OPT);

  private final OptLevel level;

  GraphOptimization(OptLevel level) {
    this.level = level;
  }

  /**
   * @throws IllegalArgumentException one line
   */
  public static GraphOptimization parse(String word) {
    return Arrays.stream(values())
        .filter(value -> value.label().equals(word.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "graphOptimization is \"%s\"; allowed: %s"
                        .formatted(
                            word,
                            Arrays.stream(values())
                                .map(GraphOptimization::label)
                                .collect(Collectors.joining(", ")))));
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public OptLevel level() {
    return level;
  }
}
