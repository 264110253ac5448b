/** Embeddings of a set of images: fetched from a served model, or found in the cache. */
package dev.parallax.eval.features;
