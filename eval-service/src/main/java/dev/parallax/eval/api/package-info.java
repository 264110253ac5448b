/** The contract {@code parallax.eval.v1}, and the parts of the service put together. */
package dev.parallax.eval.api;
