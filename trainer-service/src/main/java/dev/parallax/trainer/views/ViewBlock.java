package dev.parallax.trainer.views;

/**
 * Rows of a batch that have one shape: those of a run of views. They are ordered view by view, then
 * image by image, then patch by patch: row {@code ((v - firstView) * batchSize + i) * rowsPerImage
 * + p} is patch p of view v of image i.
 *
 * @param side of a row, pixels: of the patch where there are patches, otherwise of the view
 * @param firstView number of the first view among all views of an image, from 0
 * @param views of an image, 1 or more
 * @param rowsPerImage patches of a view, row by row of the grid; 1 without patches
 * @param offset of the first row in the batch's buffer, bytes
 * @param rows {@code views * batchSize * rowsPerImage}
 */
public record ViewBlock(
    int side, int firstView, int views, int rowsPerImage, int offset, int rows) {
  /** Bytes of a row: interleaved RGB. */
  public int rowBytes() {
    return side * side * 3;
  }

  /** Bytes of the block. */
  public int bytes() {
    return rows * rowBytes();
  }
}
