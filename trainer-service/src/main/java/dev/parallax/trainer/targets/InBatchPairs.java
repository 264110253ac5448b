package dev.parallax.trainer.targets;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;

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
  private static final float NEVER = -1e9f;

  public static InBatchPairs of(TensorScope scope, int images, int views) {
    if (images < 1 || views < 2) {
      throw new IllegalArgumentException(
          images + " images of " + views + " views; allowed: 1 image or more of 2 views or more");
    }
    int n = images * views;
    float[] mask = new float[n * n];
    float[] positive = new float[n * n];
    for (int row = 0; row < n; row++) {
      mask[row * n + row] = NEVER;
      for (int view = 0; view < views; view++) {
        int other = view * images + row % images;
        if (other != row) {
          positive[row * n + other] = 1f / (views - 1);
        }
      }
    }
    return new InBatchPairs(scope.floats(mask, n, n), scope.floats(positive, n, n), images, views);
  }

  /** Rows of the batch. */
  public int rows() {
    return images * views;
  }

  /** The loss of an encoder that tells nothing apart: log of the number of candidates. */
  public double chanceLoss() {
    return Math.log(rows() - 1.0);
  }
}
