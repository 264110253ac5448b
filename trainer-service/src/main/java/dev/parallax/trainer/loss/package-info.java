/** Losses: static pure functions of tensors that return a scalar in nats. */
package dev.parallax.trainer.loss;
