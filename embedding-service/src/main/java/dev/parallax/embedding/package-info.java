/**
 * Serving: images in, vectors out.
 *
 * <p>{@code model} holds what is loaded, {@code input} turns images into pixels, {@code batching}
 * runs them, {@code serving} ties the three together for one call. None of them knows Quarkus or
 * gRPC: {@code api} translates the wire and {@code app} wires and configures.
 */
package dev.parallax.embedding;
