package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A view's assignment predicted from the other views, Caron et al. 2020 (SwAV), eq. 1 and 2. */
public final class SwappedPredictionLoss {
  private SwappedPredictionLoss() {}

  /**
   * Mean over the assigned views, the other views and the rows of {@code -sum over prototypes of q
   * log softmax(scores / temperature)}, with q the assignment of the one view and the scores of the
   * other.
   *
   * @param scores one {@code [n, k]} for each view, 2 views or more
   * @param assignments one {@code [n, k]} for each assigned view, rows that sum to 1
   * @param assignedViews places in {@code scores} of the views that {@code assignments} belong to
   * @param temperature above 0
   * @return a scalar, nats
   */
  public static Tensor of(
      List<Tensor> scores,
      List<Tensor> assignments,
      List<Integer> assignedViews,
      Tensor temperature) {
    if (scores.size() < 2 || assignedViews.isEmpty()) {
      throw new IllegalArgumentException(
          scores.size()
              + " views, "
              + assignedViews.size()
              + " of them assigned; allowed: 2 views or more, 1 of them or more assigned");
    }
    if (assignments.size() != assignedViews.size()) {
      throw new IllegalArgumentException(
          assignments.size() + " assignments of " + assignedViews.size() + " views");
    }
    List<Tensor> terms = new ArrayList<>();
    for (int view = 0; view < scores.size(); view++) {
      try (Tensor logits = scores.get(view).div(temperature);
          Tensor logProbabilities = logits.logSoftmax(1)) {
        for (int i = 0; i < assignments.size(); i++) {
          if (assignedViews.get(i) != view) {
            terms.add(CrossEntropyLoss.withProbabilities(logProbabilities, assignments.get(i)));
          }
        }
      }
    }
    // Every assigned view has as many others, so that the mean of the means is the mean of all.
    return Terms.mean(terms);
  }

  /** The loss of an encoder that tells nothing apart, nats. */
  public static double chance(long prototypes) {
    return Math.log((double) prototypes);
  }
}
