/** eval. */
package dev.parallax.eval;
