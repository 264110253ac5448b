/**
 * What the loss sees of an encoder's output: projection and prediction heads, and the context of a
 * grid of patches.
 */
package dev.parallax.trainer.extraction;
