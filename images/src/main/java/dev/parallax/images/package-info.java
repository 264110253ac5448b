/** images. */
package dev.parallax.images;
