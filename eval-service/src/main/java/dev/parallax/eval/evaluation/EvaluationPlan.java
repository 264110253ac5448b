package dev.parallax.eval.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be measured; checked by whoever makes it.
 *
 * @param version 0: the newest that is served when the evaluation starts
 * @param output of the model: {@code embedding}, or another that it has
 * @param trainData URI of the gallery and training set
 * @param testData URI of the images to classify
 * @param maxTrainImages class-balanced sample; 0: all
 * @param maxTestImages class-balanced sample; 0: all
 * @param seed of samples and of the held-out split
 * @param mapPoints of the 2-D map
 */
public record EvaluationPlan(
    String model,
    long version,
    String output,
    String trainData,
    String testData,
    int maxTrainImages,
    int maxTestImages,
    long seed,
    Optional<Knn> knn,
    Optional<Linear> linear,
    Optional<Neighbors> gallery,
    OptionalInt mapPoints) {

  /**
   * Weighted kNN.
   *
   * @param k neighbours; 0: 200, or a tenth of the gallery if that is less
   * @param temperature of the votes
   */
  public record Knn(int k, double temperature) {
    private static final int DEFAULT_K = 200;

    /** The k that is used with a gallery of {@code images}. */
    public int kFor(int images) {
      return k == 0 ? Math.clamp(images / 10, 1, DEFAULT_K) : Math.min(k, images);
    }
  }

  /**
   * The linear probe.
   *
   * @param cs candidates for C
   */
  public record Linear(List<Double> cs, int maxIterations) {
    public Linear {
      cs = List.copyOf(cs);
    }
  }

  /** Queries shown with their nearest neighbours. */
  public record Neighbors(int queries, int neighbors) {}

  public EvaluationPlan {
    requireNonNull(model, "model is null");
    requireNonNull(output, "output is null");
    requireNonNull(trainData, "trainData is null");
    requireNonNull(testData, "testData is null");
  }
}
