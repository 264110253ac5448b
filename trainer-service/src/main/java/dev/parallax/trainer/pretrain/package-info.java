/**
 * The training loop. It alone owns the order of things, checkpoints and monitors; the parts it runs
 * are pure functions or own their state openly.
 */
package dev.parallax.trainer.pretrain;
