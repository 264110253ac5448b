package dev.parallax.eval.linear;

import dev.parallax.eval.embeddings.Accuracy;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The linear probe: C is chosen by accuracy on a held-out fifth of the training set, then the model
 * is refitted on all of it. The test set has no part in either.
 *
 * @param cs candidates for C, each greater than 0, distinct
 * @param maxIterations of each fit
 * @param seed of the split
 */
public record LinearProbe(List<Double> cs, int maxIterations, long seed) {
  /** Ends a fit: see {@code docs/evaluation.md}. */
  public static final double TOLERANCE = 1e-4;

  /** What was tried. */
  public record Tried(double c, double validationAccuracy) {}

  /**
   * @param chosen the winner; at equal accuracies the smaller C
   * @param tried in ascending order of C
   * @param iterations of the final fit
   * @param converged whether the final fit met its tolerance
   */
  public record Probe(
      SoftmaxModel model, Tried chosen, List<Tried> tried, int iterations, boolean converged) {
    public Probe {
      tried = List.copyOf(tried);
    }

    /** Whether a C outside the range that was tried might be better. */
    public boolean atEdge() {
      return tried.size() > 1
          && (chosen.equals(tried.getFirst()) || chosen.equals(tried.getLast()));
    }
  }

  public LinearProbe {
    cs = cs.stream().sorted().toList();
    if (cs.isEmpty() || !(cs.getFirst() > 0) || !Double.isFinite(cs.getLast())) {
      throw new IllegalArgumentException("c is " + cs + "; allowed: 1 or more values above 0");
    }
    if (maxIterations < 1) {
      throw new IllegalArgumentException(
          "maxIterations is " + maxIterations + "; allowed: 1 or more");
    }
  }

  /**
   * @throws IllegalArgumentException when no class has two images, so that nothing can be held out
   */
  public Probe fit(LabelledEmbeddings train, Cores cores, Progress progress)
      throws InterruptedException {
    StratifiedSplit split = StratifiedSplit.of(train.labels(), train.classes(), seed);
    if (split.heldOut().length == 0) {
      throw new IllegalArgumentException(
          "no class has 2 training images; allowed: at least one, to choose C on");
    }
    List<Tried> tried = new ArrayList<>();
    Tried best = null;
    SoftmaxModel bestModel = null;
    LogisticRegression regression = new LogisticRegression(train, split.fitted(), cores);
    LabelledEmbeddings heldOut = train.rows(split.heldOut());
    Optional<SoftmaxModel> previous = Optional.empty();
    for (double c : cs) {
      // from strong to weak penalties each solution is a good start for the next
      SoftmaxModel model = regression.fit(c, maxIterations, TOLERANCE, previous).model();
      Tried current =
          new Tried(c, Accuracy.of(model.predict(heldOut.embeddings()), heldOut.labels()));
      tried.add(current);
      if (best == null || current.validationAccuracy() > best.validationAccuracy()) {
        best = current;
        bestModel = model;
      }
      previous = Optional.of(model);
      progress.at(0.8 * tried.size() / cs.size());
    }
    LogisticRegression.Fit refitted =
        new LogisticRegression(train, everyRow(train.count()), cores)
            .fit(best.c(), maxIterations, TOLERANCE, Optional.of(bestModel));
    progress.at(1);
    return new Probe(refitted.model(), best, tried, refitted.iterations(), refitted.converged());
  }

  private static int[] everyRow(int count) {
    int[] rows = new int[count];
    Arrays.setAll(rows, i -> i);
    return rows;
  }
}
