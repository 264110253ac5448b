package dev.parallax.eval.linear;

/**
 * A step that meets the strong Wolfe conditions (Nocedal and Wright, algorithms 3.5 and 3.6): the
 * value falls by at least c1 of what the slope promises, and the slope shrinks to at most c2 of
 * what it was.
 */
final class LineSearch {
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final double GROWTH = 2.5;
  private static final int MAX_EVALUATIONS = 30;

  private final Objective objective;

  /** The point that was accepted, with value and gradient there. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Accepted(double[] point, double value, double[] gradient) {}

  /** One try: the step length, and value, slope, point and gradient there. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Trial(double step, double value, double slope, double[] point, double[] gradient) {
    Accepted accepted() {
      return new Accepted(point, value, gradient);
    }
  }

  /** The line that is searched; counts its evaluations. */
  private final class Line {
    private final double[] origin;
    private final double[] direction;
    private final double value;
    private final double slope;
    private int evaluations;

    Line(double[] origin, double[] direction, double value, double slope) {
      this.origin = origin;
      this.direction = direction;
      this.value = value;
      this.slope = slope;
    }

    Trial at(double step) throws InterruptedException {
      evaluations++;
      double[] point = origin.clone();
      Vectors.addScaled(point, step, direction);
      double[] gradient = new double[origin.length];
      double valueThere = objective.evaluate(point, gradient);
      return new Trial(step, valueThere, Vectors.dot(gradient, direction), point, gradient);
    }

    boolean exhausted() {
      return evaluations >= MAX_EVALUATIONS;
    }

    boolean tooHigh(Trial trial) {
      // written so that NaN counts as too high
      return !(trial.value <= value + SUFFICIENT_DECREASE * trial.step * slope);
    }

    boolean flatEnough(Trial trial) {
      return Math.abs(trial.slope) <= CURVATURE * -slope;
    }
  }

  LineSearch(Objective objective) {
    this.objective = objective;
  }

  /**
   * @param value at {@code origin}
   * @param slope along {@code direction} there, less than 0
   * @return null when no step lowers the value
   */
  Accepted along(double[] origin, double value, double slope, double[] direction)
      throws InterruptedException {
    if (!(slope < 0)) {
      return null;
    }
    Line line = new Line(origin, direction, value, slope);
    Trial previous = new Trial(0, value, slope, origin, null);
    double step = 1;
    while (!line.exhausted()) {
      Trial trial = line.at(step);
      if (line.tooHigh(trial) || (previous.step > 0 && trial.value >= previous.value)) {
        return zoom(line, previous, trial);
      }
      if (line.flatEnough(trial)) {
        return trial.accepted();
      }
      if (trial.slope >= 0) {
        return zoom(line, trial, previous);
      }
      previous = trial;
      step *= GROWTH;
    }
    return previous.accepted();
  }

  /** Narrows an interval that holds a good step; {@code low} is its end with the lower value. */
  private static Accepted zoom(Line line, Trial low, Trial high) throws InterruptedException {
    while (!line.exhausted()) {
      Trial trial = line.at(inside(low, high));
      if (line.tooHigh(trial) || trial.value >= low.value) {
        high = trial;
      } else {
        if (line.flatEnough(trial)) {
          return trial.accepted();
        }
        if (trial.slope * (high.step - low.step) >= 0) {
          high = low;
        }
        low = trial;
      }
    }
    // sufficient decrease without the curvature condition is still progress
    return low.step > 0 ? low.accepted() : null;
  }

  /** Minimum of the cubic through both ends, kept off the ends; the middle when there is none. */
  private static double inside(Trial low, Trial high) {
    double width = high.step - low.step;
    double d1 = low.slope + high.slope - 3 * (low.value - high.value) / (low.step - high.step);
    double root = Math.sqrt(d1 * d1 - low.slope * high.slope) * Math.signum(width);
    double fraction = 1 - (high.slope + root - d1) / (high.slope - low.slope + 2 * root);
    return low.step + width * (fraction >= 0.1 && fraction <= 0.9 ? fraction : 0.5);
  }
}
