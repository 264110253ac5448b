/** What the loss sees of an encoder's output: projection heads. */
package dev.parallax.trainer.extraction;
