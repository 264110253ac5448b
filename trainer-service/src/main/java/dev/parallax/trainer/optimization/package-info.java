/** Optimisers and rate schedules. */
package dev.parallax.trainer.optimization;
