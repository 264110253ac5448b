/**
 * Model versions: read from the repository, verified, tried, opened in ONNX Runtime and swapped
 * while calls run.
 */
package dev.parallax.embedding.model;
