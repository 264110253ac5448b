/** Which images of a dataset are measured, with which labels. */
package dev.parallax.eval.data;
