/** Vectors of images that were seen before. */
package dev.parallax.embedding.cache;
