/**
 * What a file has to stand before the ONNX Runtime of this process opens it: a look at its
 * structure that reads no weights, and a trial run in a process whose memory is bounded.
 */
package dev.parallax.embedding.onnx;
