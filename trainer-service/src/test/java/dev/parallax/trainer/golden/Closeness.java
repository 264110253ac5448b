package dev.parallax.trainer.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

/** Comparisons of float32 with golden values of float64. */
public final class Closeness {
  private Closeness() {}

  /**
   * @param relative largest difference over the largest magnitude of {@code expected}
   */
  public static void assertClose(
      float[] actual, double[] expected, double relative, String description) {
    assertThat(actual).as(description).hasSameSizeAs(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", description, i)
          .isCloseTo(expected[i], within(relative * largest));
    }
  }

  public static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Euclidean norm. */
  public static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
