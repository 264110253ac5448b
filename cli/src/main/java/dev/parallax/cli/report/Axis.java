package dev.parallax.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear axis: data from {@code low} to {@code high} lie on pixels from {@code start} to {@code
 * end}; {@code step} is the distance of its ticks, 1, 2 or 5 times a power of ten.
 */
record Axis(double low, double high, double start, double end, double step) {
  Axis {
    if (!(high > low) || !(step > 0)) {
      throw new IllegalArgumentException("axis from " + low + " to " + high + " by " + step);
    }
  }

  /** An axis that ends where the data end. */
  static Axis tight(double low, double high, double start, double end, int ticks) {
    double top = high > low ? high : low + 1;
    return new Axis(low, top, start, end, step(top - low, ticks));
  }

  /** An axis that ends on ticks. */
  static Axis rounded(double low, double high, double start, double end, int ticks) {
    double top = high > low ? high : low + Math.max(1e-3, Math.abs(low) * 0.1);
    double step = step(top - low, ticks);
    double first = Math.floor(low / step + 1e-9) * step;
    double last = Math.ceil(top / step - 1e-9) * step;
    return new Axis(first, last, start, end, step);
  }

  double pixel(double value) {
    return start + (value - low) / (high - low) * (end - start);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-6);
    long last = (long) Math.floor(high / step + 1e-6);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Decimals that tell the ticks apart. */
  int decimals() {
    return Math.clamp((long) -Math.floor(Math.log10(step) + 1e-9), 0, 9);
  }

  private static double step(double range, int ticks) {
    double rough = range / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }
}
