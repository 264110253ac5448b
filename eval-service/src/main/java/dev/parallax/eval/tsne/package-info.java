/**
 * The 2-D map of embeddings: t-SNE (van der Maaten and Hinton 2008) with exact forces between all
 * pairs.
 */
package dev.parallax.eval.tsne;
