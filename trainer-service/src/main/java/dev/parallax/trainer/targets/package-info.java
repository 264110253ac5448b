/** Where positives and negatives come from. */
package dev.parallax.trainer.targets;
