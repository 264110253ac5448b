/**
 * HTTP with JSON for those who have no gRPC: the Open Inference Protocol and OpenAI's embeddings,
 * translated to what the calls by gRPC are made of.
 */
package dev.parallax.embedding.api.http;
