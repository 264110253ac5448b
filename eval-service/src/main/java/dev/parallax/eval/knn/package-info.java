/** Nearest neighbours by cosine similarity and the weighted vote over them. */
package dev.parallax.eval.knn;
