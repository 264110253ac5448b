package dev.parallax.eval.evaluation;

import dev.parallax.eval.data.EvaluationData;
import dev.parallax.eval.data.ImageSet;
import dev.parallax.eval.features.FeatureSource;
import dev.parallax.eval.features.ServedModel;
import dev.parallax.platform.errors.RequestException;
import java.util.Arrays;

/**
 * Finds out before an evaluation is accepted whether it can succeed: opens the data and asks for
 * the model.
 */
public final class Preflight {
  /** Weights and biases of a probe; bounds the memory of a fit. */
  private static final long MAX_PARAMETERS = 1L << 23;

  private static final int MIN_MAP_POINTS = 10;

  private final FeatureSource source;

  public Preflight(FeatureSource source) {
    this.source = source;
  }

  /**
   * @throws RequestException INVALID_ARGUMENT with the path of a field, NOT_FOUND when the model is
   *     not served, UNAVAILABLE when the embedding service cannot be asked
   */
  public void check(EvaluationPlan plan) {
    try (EvaluationData data =
        EvaluationData.open(
            plan.trainData(),
            plan.testData(),
            plan.maxTrainImages(),
            plan.maxTestImages(),
            plan.seed())) {
      check(plan, data);
    }
  }

  private void check(EvaluationPlan plan, EvaluationData data) {
    int images = data.train().count();
    if (data.train().occurringClasses() < 2) {
      throw RequestException.invalid(
          "spec.max_train_images", plan.maxTrainImages(), "2 or more, so that 2 classes occur");
    }
    plan.knn()
        .filter(knn -> knn.k() > images)
        .ifPresent(
            knn -> {
              throw RequestException.invalid(
                  "spec.knn.k", knn.k(), "1 to " + images + ", the number of training images");
            });
    if (plan.linear().isPresent() && !anyClassHasTwo(data.train())) {
      throw RequestException.invalidBecause(
          "spec.linear",
          "spec.linear needs a class with 2 training images or more, to choose C on; no class has");
    }
    if (plan.mapPoints().isPresent() && data.test().count() < MIN_MAP_POINTS) {
      throw RequestException.invalidBecause(
          "spec.map",
          "spec.map needs %d test images or more; there are %d"
              .formatted(MIN_MAP_POINTS, data.test().count()));
    }
    ServedModel model = source.find(plan.model(), plan.version(), plan.output());
    source.checkSize("spec.max_train_images", images, model);
    source.checkSize("spec.max_test_images", data.test().count(), model);
    long parameters = data.classes().size() * (model.embeddingSize() + 1L);
    if (plan.linear().isPresent() && parameters > MAX_PARAMETERS) {
      throw RequestException.invalidBecause(
          "spec.linear",
          "spec.linear would fit %d parameters (%d classes, %d values); allowed: at most %d"
              .formatted(parameters, data.classes().size(), model.embeddingSize(), MAX_PARAMETERS));
    }
  }

  private static boolean anyClassHasTwo(ImageSet set) {
    int[] counts = new int[set.classes()];
    Arrays.stream(set.labels()).forEach(label -> counts[label]++);
    return Arrays.stream(counts).anyMatch(count -> count >= 2);
  }
}
