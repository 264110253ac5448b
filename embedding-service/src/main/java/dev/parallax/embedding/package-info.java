/** embedding. */
package dev.parallax.embedding;
