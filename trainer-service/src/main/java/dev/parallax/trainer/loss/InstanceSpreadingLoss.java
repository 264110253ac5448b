package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/**
 * Ye et al. 2019 (InvaSpread), eq. 5, as the authors' code has it: rows of both views take turns as
 * the anchor, the softmax runs over what an anchor sees, and the side that is compared with is
 * detached.
 */
public final class InstanceSpreadingLoss {
  /** Finite, so that 0 times it is 0, and far below any logit. */
  private static final double NEVER = -1e9;

  private InstanceSpreadingLoss() {}

  /**
   * With {@code P(i, j) = softmax over j != i of (z_i . z_j / temperature)} of the 2n rows: mean
   * over rows i of {@code -log P(i, other view) - sum over other images' rows of log(1 - P(i, j))}.
   *
   * @param anchors float32 {@code [n, d]}, rows of unit length: the first view
   * @param augmented float32 {@code [n, d]}, rows of unit length: the second view
   * @param temperature above 0
   * @return a scalar, nats; a sum over 2n - 1 decisions
   */
  public static Tensor of(Tensor anchors, Tensor augmented, Tensor temperature) {
    try (Tensor rows = Tensor.concat(0, List.of(anchors, augmented));
        Tensor seen = rows.detach()) {
      return seenBy(rows, seen, temperature);
    }
  }

  /** The loss of {@code rows} that are compared with {@code seen}, both {@code [2n, d]}. */
  static Tensor seenBy(Tensor rows, Tensor seen, Tensor temperature) {
    int n = Math.toIntExact(rows.size(0) / 2);
    try (Tensor transposed = seen.transpose(1, 0);
        Tensor similarities = rows.matmul(transposed);
        Tensor logits = similarities.div(temperature);
        Tensor self = rows.identity(2 * n);
        Tensor selfMask = self.mul(NEVER);
        Tensor masked = logits.add(selfMask);
        Tensor logProbabilities = masked.logSoftmax(1);
        Tensor recognized = positives(logProbabilities, n);
        Tensor others = otherImages(rows, n);
        Tensor logComplements = logComplements(masked, logProbabilities);
        Tensor kept = logComplements.mul(others);
        Tensor spread = kept.sum();
        Tensor sum = recognized.add(spread)) {
      return sum.mul(-0.5 / n);
    }
  }

  /** Sum of the log-probabilities of the other views. */
  private static Tensor positives(Tensor logProbabilities, int n) {
    try (Tensor first = logProbabilities.slice(0, 0, n);
        Tensor second = logProbabilities.slice(0, n, 2L * n);
        Tensor firstToSecond = first.slice(1, n, 2L * n);
        Tensor secondToFirst = second.slice(1, 0, n);
        Tensor a = firstToSecond.diagonal();
        Tensor b = secondToFirst.diagonal();
        Tensor both = Tensor.concat(0, List.of(a, b))) {
      return both.sum();
    }
  }

  /** {@code [2n, 2n]}: 1 where row and column show different images. */
  private static Tensor otherImages(Tensor rows, int n) {
    try (Tensor block = rows.identity(n);
        Tensor half = Tensor.concat(1, List.of(block, block));
        Tensor same = Tensor.concat(0, List.of(half, half));
        Tensor negated = same.neg()) {
      return negated.add(1);
    }
  }

  /**
   * {@code log(1 - P)} of every candidate. Where P is above a half, of which a row has one at most,
   * the difference would lose its digits: there it is the log-sum-exp of the other candidates.
   */
  private static Tensor logComplements(Tensor logits, Tensor logProbabilities) {
    try (Tensor probabilities = logProbabilities.exp();
        Tensor likely = probabilities.above(0.5);
        Tensor likelyNegated = likely.neg();
        Tensor unlikely = likelyNegated.add(1);
        Tensor small = probabilities.mul(unlikely);
        Tensor smallNegated = small.neg();
        Tensor smallComplements = smallNegated.add(1);
        Tensor ofSmall = smallComplements.log();
        Tensor likelyMask = likely.mul(NEVER);
        Tensor withoutLikely = logits.add(likelyMask);
        Tensor rest = withoutLikely.logSumExp(1);
        Tensor all = logits.logSumExp(1);
        Tensor share = rest.sub(all);
        Tensor ofLikely = likely.mul(share)) {
      return ofSmall.add(ofLikely);
    }
  }

  /** The loss of an encoder that tells nothing apart, nats; n images in a batch, 2 or more. */
  public static double chance(long images) {
    double candidates = 2.0 * images - 1;
    return Math.log(candidates) - (candidates - 1) * Math.log1p(-1 / candidates);
  }
}
