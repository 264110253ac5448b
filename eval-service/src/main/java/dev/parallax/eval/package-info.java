/**
 * Measures a served encoder the way a client would meet it: embeddings come over gRPC, the
 * mathematics runs here.
 *
 * <p>The domain packages know no Quarkus and no gRPC; {@code api} and {@code client} translate.
 */
package dev.parallax.eval;
