/** Where ONNX Runtime computes: execution providers, their devices and their settings. */
package dev.parallax.embedding.provider;
