package dev.parallax.eval.linear;

/**
 * Where a minimisation ended.
 *
 * @param value of the objective there
 * @param iterations steps taken
 * @param converged whether the gradient met the tolerance
 */
@SuppressWarnings("ArrayRecordComponent") // a result; nobody compares two of them
record Minimum(double[] point, double value, int iterations, boolean converged) {}
