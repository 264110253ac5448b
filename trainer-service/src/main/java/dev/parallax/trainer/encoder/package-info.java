/**
 * Encoders as data: a tree of {@link dev.parallax.trainer.encoder.Layer} records that three
 * exhaustive switches read. {@link dev.parallax.trainer.encoder.Forward} runs it on tensors, {@link
 * dev.parallax.trainer.encoder.ParameterNames} names its parameters, and the export package writes
 * it as ONNX.
 */
package dev.parallax.trainer.encoder;
