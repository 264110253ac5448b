package dev.parallax.eval.linear;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Limited-memory BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5) with a
 * strong-Wolfe line search, in double precision. Deterministic.
 *
 * @param memory pairs of steps and gradient changes kept, m
 * @param maxIterations most steps, 1 or more
 * @param tolerance ends when sqrt(gᵀ P g) is at most this, where P is the preconditioner; without
 *     one that is the gradient's Euclidean length
 */
record Lbfgs(int memory, int maxIterations, double tolerance) {

  @SuppressWarnings("ArrayRecordComponent") // kept, never compared
  private record Pair(double[] step, double[] change, double curvature) {}

  Lbfgs {
    if (memory < 1 || maxIterations < 1 || !(tolerance > 0)) {
      throw new IllegalArgumentException(
          "memory is %d, maxIterations %d, tolerance %s; allowed: all greater than 0"
              .formatted(memory, maxIterations, tolerance));
    }
  }

  Minimum minimize(Objective objective, Preconditioner preconditioner, double[] start)
      throws InterruptedException {
    double[] point = start.clone();
    double[] gradient = new double[objective.size()];
    double value = objective.evaluate(point, gradient);
    LineSearch search = new LineSearch(objective);
    Deque<Pair> pairs = new ArrayDeque<>();
    int iterations = 0;
    boolean converged = length(gradient, preconditioner) <= tolerance;
    while (!converged && iterations < maxIterations) {
      double[] direction = direction(gradient, pairs, preconditioner);
      double slope = Vectors.dot(direction, gradient);
      if (!(slope < 0)) {
        // rounding has made the kept pairs useless
        pairs.clear();
        direction = direction(gradient, pairs, preconditioner);
        slope = Vectors.dot(direction, gradient);
      }
      LineSearch.Accepted accepted = search.along(point, value, slope, direction);
      if (accepted == null) {
        if (pairs.isEmpty()) {
          // no descent along the steepest direction: the value cannot be resolved any further
          break;
        }
        pairs.clear();
        continue;
      }
      remember(pairs, point, gradient, accepted);
      point = accepted.point();
      gradient = accepted.gradient();
      value = accepted.value();
      iterations++;
      converged = length(gradient, preconditioner) <= tolerance;
    }
    return new Minimum(point, value, iterations, converged);
  }

  private void remember(
      Deque<Pair> pairs, double[] point, double[] gradient, LineSearch.Accepted accepted) {
    double[] step = Vectors.difference(accepted.point(), point);
    double[] change = Vectors.difference(accepted.gradient(), gradient);
    double curvature = Vectors.dot(step, change);
    // Wolfe's second condition promises this but for rounding
    if (curvature > 0) {
      if (pairs.size() == memory) {
        pairs.removeFirst();
      }
      pairs.addLast(new Pair(step, change, curvature));
    }
  }

  /** The two-loop recursion. */
  private static double[] direction(
      double[] gradient, Deque<Pair> pairs, Preconditioner preconditioner) {
    double[] q = gradient.clone();
    List<Pair> newestFirst = new ArrayList<>(pairs).reversed();
    double[] alphas = new double[newestFirst.size()];
    for (int i = 0; i < alphas.length; i++) {
      Pair pair = newestFirst.get(i);
      alphas[i] = Vectors.dot(pair.step, q) / pair.curvature;
      Vectors.addScaled(q, -alphas[i], pair.change);
    }
    preconditioner.apply(q);
    if (alphas.length > 0) {
      Pair newest = newestFirst.getFirst();
      double[] scaled = newest.change.clone();
      preconditioner.apply(scaled);
      Vectors.scale(q, newest.curvature / Vectors.dot(newest.change, scaled));
    }
    for (int i = alphas.length - 1; i >= 0; i--) {
      Pair pair = newestFirst.get(i);
      double beta = Vectors.dot(pair.change, q) / pair.curvature;
      Vectors.addScaled(q, alphas[i] - beta, pair.step);
    }
    Vectors.scale(q, -1);
    return q;
  }

  private static double length(double[] gradient, Preconditioner preconditioner) {
    double[] scaled = gradient.clone();
    preconditioner.apply(scaled);
    return Math.sqrt(Math.max(0, Vectors.dot(gradient, scaled)));
  }
}
