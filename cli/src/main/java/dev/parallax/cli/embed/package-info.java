/**
 * Images of any source through the embedding service into a file, in order and in constant memory.
 */
package dev.parallax.cli.embed;
