package dev.parallax.trainer.method;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.views.ViewBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What one optimiser step works on.
 *
 * @param number batches before this one, in the whole run
 * @param pixels the batch as {@link dev.parallax.trainer.views.ViewBatches} filled it
 * @param layout where the blocks lie
 * @param blocks pixels of 0 to 255 of each block, {@code [rows, 3, side, side]}, channels last
 * @param images dataset indexes of the batch's images, in the order of its rows
 * @param scope owns what the step makes
 */
public record Step(
    long number,
    ByteBuffer pixels,
    List<ViewBlock> layout,
    List<Tensor> blocks,
    int[] images,
    TensorScope scope)
    implements AutoCloseable {

  /** Rows of some views that share a size, ordered view by view. */
  record Rows(Tensor pixels, int views) {}

  /** Uploads a batch. */
  public static Step of(
      long number, ByteBuffer pixels, List<ViewBlock> layout, int[] images, TensorScope scope) {
    List<Tensor> blocks = new ArrayList<>();
    for (ViewBlock block : layout) {
      ByteBuffer slice = pixels.duplicate().clear().slice(block.offset(), block.bytes());
      blocks.add(scope.images(slice, block.rows(), block.side()));
    }
    return new Step(number, pixels, layout, List.copyOf(blocks), images, scope);
  }

  /** Images of the batch. */
  int size() {
    return images.length;
  }

  /** All views, a block at a time. */
  List<Rows> all() {
    List<Rows> rows = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      rows.add(new Rows(blocks.get(i), layout.get(i).views()));
    }
    return rows;
  }

  /** One view, which lies in the first block. */
  List<Rows> view(int view) {
    ViewBlock block = layout.getFirst();
    long each = block.rows() / block.views();
    return List.of(new Rows(blocks.getFirst().slice(0, view * each, (view + 1) * each), 1));
  }

  @Override
  public void close() {
    blocks.forEach(Tensor::close);
  }
}
