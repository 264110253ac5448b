package dev.parallax.eval.linear;

/** A smooth function to be minimised. */
interface Objective {
  /** Number of variables. */
  int size();

  /**
   * @param point where, {@link #size} values
   * @param gradient overwritten with the gradient there
   * @return the value there
   */
  double evaluate(double[] point, double[] gradient) throws InterruptedException;
}
