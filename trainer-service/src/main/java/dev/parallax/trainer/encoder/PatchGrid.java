package dev.parallax.trainer.encoder;

/**
 * How an image is cut into patches.
 *
 * @param size side of a patch, pixels
 * @param stride pixels from patch to patch
 * @param rows patches along one side of an image
 */
public record PatchGrid(int size, int stride, int rows) {
  /** The grid of an image of {@code side} pixels. */
  public static PatchGrid of(int side, int size, int stride) {
    return new PatchGrid(size, stride, new Layer.Patches(size, stride).rows(side));
  }

  /** Patches of an image. */
  public int places() {
    return rows * rows;
  }
}
