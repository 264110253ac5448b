package dev.parallax.images.dataset;

import dev.parallax.images.RgbImage;

/** One image of a dataset as it is stored. */
public sealed interface Item {
  /** An image file, not decoded and possibly damaged. */
  record Encoded(byte[] file) implements Item {}

  /** Pixels. */
  record Pixels(RgbImage image) implements Item {}
}
