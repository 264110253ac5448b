/** Everything that outlives a step, on disk. */
package dev.parallax.trainer.checkpoint;
