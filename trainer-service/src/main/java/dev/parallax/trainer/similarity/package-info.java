/** How alike two extracted vectors are. */
package dev.parallax.trainer.similarity;
