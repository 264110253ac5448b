/**
 * The linear probe: multinomial logistic regression on frozen embeddings, fitted by preconditioned
 * L-BFGS.
 */
package dev.parallax.eval.linear;
