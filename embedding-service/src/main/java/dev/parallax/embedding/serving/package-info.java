/** One call from admission to vectors. */
package dev.parallax.embedding.serving;
