package dev.parallax.trainer.targets;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.Collections;

/**
 * Which rows of a batch of views belong together. Rows are ordered view by view: row {@code v *
 * images + i} is view v of image i.
 *
 * @param selfMask {@code [n, n]}: a large negative number on the diagonal, 0 elsewhere; added to
 *     logits it takes a row's similarity with itself out of the softmax
 * @param positives {@code [n, n]}: 1 / (views - 1) where two different rows show the same image,
 *     else 0
 */
public record InBatchPairs(Tensor selfMask, Tensor positives, int images, int views) {
  /** Finite, so that 0 times it is 0, and far below any logit: exp of it is 0 in float32. */
  private static final double NEVER = -1e9;

  public static InBatchPairs of(TensorScope scope, int images, int views) {
    if (images < 1 || views < 2) {
      throw new IllegalArgumentException(
          images + " images of " + views + " views; allowed: 1 image or more of 2 views or more");
    }
    try (Tensor any = scope.scalar(1);
        Tensor self = any.identity(images * views)) {
      return new InBatchPairs(self.mul(NEVER), positives(self, images, views), images, views);
    }
  }

  /**
   * Made by the engine: a Java array would count against the heap, and of {@code [n, n]} it ends at
   * 46,340 rows.
   */
  private static Tensor positives(Tensor self, int images, int views) {
    try (Tensor image = self.identity(images);
        Tensor row = Tensor.concat(1, Collections.nCopies(views, image));
        Tensor same = Tensor.concat(0, Collections.nCopies(views, row));
        Tensor others = same.sub(self)) {
      return others.mul(1.0 / (views - 1));
    }
  }

  /** Rows of the batch. */
  public int rows() {
    return images * views;
  }
}
