package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;

/** Each image a class of its own, Wu et al. 2018 (InstDisc), eq. 2: softmax over a whole bank. */
public final class BankSoftmaxLoss {
  private BankSoftmaxLoss() {}

  /**
   * Mean over rows of {@code -log softmax(similarity / temperature)} at the image's own entry.
   *
   * @param similarities float32 {@code [n, bank]}
   * @param indexes int64 {@code [n, 1]}: each row's entry of the bank
   * @param temperature above 0
   * @return a scalar, nats
   */
  public static Tensor of(Tensor similarities, Tensor indexes, Tensor temperature) {
    try (Tensor logits = similarities.div(temperature)) {
      return CrossEntropyLoss.of(logits, indexes);
    }
  }

  /** The loss of an encoder that tells nothing apart, nats. */
  public static double chance(long bank) {
    return Math.log((double) bank);
  }
}
