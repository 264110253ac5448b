/**
 * What {@code benchmarks/serving} and {@code benchmarks/soak} run in processes of their own: load
 * generators and checks against raw ONNX Runtime. No part of the service.
 */
package dev.parallax.embedding.benchmark;
