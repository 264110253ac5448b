/** trainer. */
package dev.parallax.trainer;
