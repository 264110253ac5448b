/** Writes trained encoders as ONNX and proves that ONNX Runtime computes the same. */
package dev.parallax.trainer.export;
