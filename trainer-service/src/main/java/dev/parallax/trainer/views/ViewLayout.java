package dev.parallax.trainer.views;

import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the views of a batch lie in its buffer: one block for each run of views whose rows have one
 * side and number.
 *
 * @param blocks in the order of the views, without gaps from the buffer's start
 */
public record ViewLayout(List<ViewBlock> blocks) {
  public ViewLayout {
    blocks = List.copyOf(blocks);
  }

  /**
   * The layout of a batch.
   *
   * @throws IllegalArgumentException when a buffer cannot hold the batch, or patches do not fit
   */
  public static ViewLayout of(Views views, int batchSize) {
    long bytes = bytes(views, batchSize);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the views of a batch of %d images have %d bytes; allowed: at most %d"
              .formatted(batchSize, bytes, Integer.MAX_VALUE));
    }
    List<ViewShape> shapes = shapes(views);
    List<ViewBlock> blocks = new ArrayList<>();
    int offset = 0;
    int first = 0;
    for (int end = 1; end <= shapes.size(); end++) {
      if (end == shapes.size() || !alike(shapes.get(first), shapes.get(end))) {
        ViewShape shape = shapes.get(first);
        int rows = (end - first) * batchSize * shape.rows();
        var block = new ViewBlock(shape.rowSide(), first, end - first, shape.rows(), offset, rows);
        blocks.add(block);
        offset += block.bytes();
        first = end;
      }
    }
    return new ViewLayout(blocks);
  }

  /** Views of an image. */
  public int views() {
    return blocks.stream().mapToInt(ViewBlock::views).sum();
  }

  /** Rows of all blocks. */
  public int rows() {
    return blocks.stream().mapToInt(ViewBlock::rows).sum();
  }

  /** Bytes of all blocks. */
  public int bytes() {
    return blocks.stream().mapToInt(ViewBlock::bytes).sum();
  }

  /** Rows of a batch, also of one that no buffer holds. */
  public static long rows(Views views, int batchSize) {
    long rows = shapes(views).stream().mapToLong(ViewShape::rows).reduce(0, Math::addExact);
    return Math.multiplyExact(rows, batchSize);
  }

  /** Bytes of a batch, also of one that no buffer holds. */
  public static long bytes(Views views, int batchSize) {
    long bytes = shapes(views).stream().mapToLong(ViewShape::bytes).reduce(0, Math::addExact);
    return Math.multiplyExact(bytes, batchSize);
  }

  /** Side of a pipeline's views, pixels. */
  public static int side(Views views, ViewPipeline pipeline) {
    return pipeline.getImageSize() == 0 ? views.getImageSize() : pipeline.getImageSize();
  }

  /**
   * Patches on a side of the grid.
   *
   * @param side of the view, pixels
   */
  public static int grid(int side, Patches patches) {
    return (side - patches.getSize()) / patches.getStride() + 1;
  }

  /** Shapes of the views, view by view. */
  static List<ViewShape> shapes(Views views) {
    List<ViewShape> shapes = new ArrayList<>();
    for (ViewPipeline pipeline : views.getPipelinesList()) {
      for (int i = 0; i < pipeline.getCount(); i++) {
        shapes.add(ViewShape.of(views, pipeline));
      }
    }
    return shapes;
  }

  private static boolean alike(ViewShape one, ViewShape other) {
    return one.rowSide() == other.rowSide() && one.rows() == other.rows();
  }
}
