package dev.parallax.cli.sweep;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A mean with its spread.
 *
 * @param count values that there are
 * @param deviation standard deviation of the sample (n - 1); empty for a single value
 */
public record Statistic(int count, double mean, OptionalDouble deviation) {
  /** Empty when there are no values. */
  static Optional<Statistic> of(List<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
    if (values.size() == 1) {
      return Optional.of(new Statistic(1, mean, OptionalDouble.empty()));
    }
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return Optional.of(
        new Statistic(
            values.size(), mean, OptionalDouble.of(Math.sqrt(squares / (values.size() - 1)))));
  }
}
