/**
 * Random views of images, deterministic from (seed, epoch, image, view), so that a resumed run sees
 * the same ones.
 */
package dev.parallax.trainer.views;
