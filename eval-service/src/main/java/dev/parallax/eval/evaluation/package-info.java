/** One evaluation from plan to result. */
package dev.parallax.eval.evaluation;
