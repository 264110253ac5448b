/**
 * Calls the embedding service: {@link dev.parallax.embedding.client.EmbeddingClient} is where to
 * start.
 */
package dev.parallax.embedding.client;
