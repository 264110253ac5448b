/**
 * Files that embeddings are written to: NumPy, CSV, Parquet. Written row by row, so that size does
 * not matter.
 */
package dev.parallax.cli.output;
