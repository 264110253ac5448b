package dev.parallax.eval.evaluation;

import dev.parallax.eval.features.ServedModel;
import dev.parallax.eval.linear.LinearProbe;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured, with everything that is needed to measure it again.
 *
 * @param model the version that answered
 * @param classes names in the order of the labels
 * @param seconds by stage
 */
public record EvaluationOutcome(
    ServedModel model,
    Images train,
    Images test,
    List<String> classes,
    Optional<Knn> knn,
    Optional<Linear> linear,
    List<Query> gallery,
    Optional<EmbeddingMap> map,
    Map<String, Double> seconds) {

  public EvaluationOutcome {
    classes = List.copyOf(classes);
    gallery = List.copyOf(gallery);
  }

  /**
   * A set as it was measured.
   *
   * @param images with an embedding
   * @param skipped without
   * @param classes that occur
   * @param sha256 of the images' names and bytes
   * @param majority share of the largest class
   */
  public record Images(
      String uri, int images, int skipped, int classes, String sha256, double majority) {}

  /** Weighted kNN. */
  public record Knn(double accuracy, int k, double temperature) {}

  /** The linear probe; {@code accuracy} is that on the test set. */
  public record Linear(double accuracy, LinearProbe.Probe probe) {}

  /** A test image and its nearest training images, nearest first. */
  public record Query(Shown image, List<Shown> neighbors) {
    public Query {
      neighbors = List.copyOf(neighbors);
    }
  }

  /**
   * An image to look at.
   *
   * @param png thumbnail; empty when the image cannot be shown
   * @param similarity cosine to the query
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  public record Shown(String name, int label, byte[] png, double similarity) {}

  /**
   * @param method what made it, with its settings
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  public record EmbeddingMap(String method, float[] x, float[] y, int[] labels) {}
}
