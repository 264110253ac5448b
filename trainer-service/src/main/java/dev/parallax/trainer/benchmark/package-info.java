/** What `benchmarks/training-step` measures of the trainer. */
package dev.parallax.trainer.benchmark;
