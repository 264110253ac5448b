/** The embedding service over gRPC. */
package dev.parallax.eval.client;
