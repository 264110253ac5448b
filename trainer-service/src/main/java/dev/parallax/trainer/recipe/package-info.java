/** Methods as data: the published ones as presets, and the checks that every recipe has to pass. */
package dev.parallax.trainer.recipe;
