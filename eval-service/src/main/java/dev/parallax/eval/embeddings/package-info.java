/** Embeddings in memory, with and without labels. */
package dev.parallax.eval.embeddings;
