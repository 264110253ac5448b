package dev.parallax.eval.linear;

/** A positive definite approximation of the inverse Hessian. */
@FunctionalInterface
interface Preconditioner {
  /** The identity: plain L-BFGS. */
  Preconditioner NONE = vector -> {};

  /** Overwrites {@code vector} with its product. */
  void apply(double[] vector);
}
