/** Work spread over cores so that the outcome does not depend on how many there are. */
package dev.parallax.eval.parallel;
