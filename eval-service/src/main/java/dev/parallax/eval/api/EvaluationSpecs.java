package dev.parallax.eval.api;

import dev.parallax.eval.evaluation.EvaluationPlan;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.GalleryOptions;
import dev.parallax.eval.v1.KnnProtocol;
import dev.parallax.eval.v1.LinearProtocol;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.names.Names;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Specs as plans. Everything that can be told without reading data or asking anyone is checked
 * here.
 */
final class EvaluationSpecs {
  private static final String EMBEDDING = "embedding";
  private static final int MAX_K = 10_000;
  private static final double DEFAULT_TEMPERATURE = 0.1;
  private static final int MAX_CS = 64;
  private static final int MAX_ITERATIONS = 100_000;
  private static final int DEFAULT_ITERATIONS = 1000;
  private static final List<Double> DEFAULT_CS = List.of(1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3);

  /** Images of a gallery, queries and neighbours together: keeps a result within one message. */
  private static final int MAX_GALLERY_IMAGES = 500;

  private EvaluationSpecs() {}

  /**
   * @throws RequestException INVALID_ARGUMENT with the path of the field
   */
  static EvaluationPlan plan(EvaluationSpec spec) {
    if (!spec.hasKnn() && !spec.hasLinear() && !spec.hasGallery() && !spec.hasMap()) {
      throw RequestException.invalidBecause(
          "spec", "spec asks for nothing; allowed: at least one of knn, linear, gallery and map");
    }
    return new EvaluationPlan(
        Names.model("spec.model", spec.getModel()),
        atLeastZero("spec.version", spec.getVersion(), "a version, or 0 for the newest"),
        spec.getOutput().isEmpty() ? EMBEDDING : spec.getOutput(),
        uri("spec.train_data", spec.getTrainData()),
        uri("spec.test_data", spec.getTestData()),
        (int)
            atLeastZero(
                "spec.max_train_images", spec.getMaxTrainImages(), "1 or more, or 0 for all"),
        (int)
            atLeastZero("spec.max_test_images", spec.getMaxTestImages(), "1 or more, or 0 for all"),
        spec.getSeed(),
        spec.hasKnn() ? Optional.of(knn(spec.getKnn())) : Optional.empty(),
        spec.hasLinear() ? Optional.of(linear(spec.getLinear())) : Optional.empty(),
        spec.hasGallery() ? Optional.of(gallery(spec.getGallery())) : Optional.empty(),
        spec.hasMap()
            ? OptionalInt.of(within("spec.map.points", spec.getMap().getPoints(), 10, 5000))
            : OptionalInt.empty());
  }

  private static EvaluationPlan.Knn knn(KnnProtocol knn) {
    double t = knn.getTemperature();
    if (t != 0 && !(t >= 0.001 && t <= 10)) {
      throw RequestException.invalid(
          "spec.knn.temperature", t, "0.001 to 10, or 0 for " + DEFAULT_TEMPERATURE);
    }
    int k = knn.getK();
    if (k < 0 || k > MAX_K) {
      throw RequestException.invalid("spec.knn.k", k, "1 to " + MAX_K + ", or 0 for the default");
    }
    return new EvaluationPlan.Knn(k, t == 0 ? DEFAULT_TEMPERATURE : t);
  }

  private static EvaluationPlan.Linear linear(LinearProtocol linear) {
    List<Double> cs = linear.getCCount() == 0 ? DEFAULT_CS : linear.getCList();
    if (cs.size() > MAX_CS) {
      throw RequestException.invalid("spec.linear.c", cs.size() + " values", "at most " + MAX_CS);
    }
    for (int i = 0; i < cs.size(); i++) {
      double c = cs.get(i);
      if (!(c >= 1e-12 && c <= 1e12)) {
        throw RequestException.invalid("spec.linear.c[" + i + "]", c, "1e-12 to 1e12");
      }
    }
    int iterations = linear.getMaxIterations();
    if (iterations < 0 || iterations > MAX_ITERATIONS) {
      throw RequestException.invalid(
          "spec.linear.max_iterations",
          iterations,
          "1 to " + MAX_ITERATIONS + ", or 0 for " + DEFAULT_ITERATIONS);
    }
    return new EvaluationPlan.Linear(
        cs.stream().distinct().sorted().toList(),
        iterations == 0 ? DEFAULT_ITERATIONS : iterations);
  }

  private static EvaluationPlan.Neighbors gallery(GalleryOptions gallery) {
    int queries = within("spec.gallery.queries", gallery.getQueries(), 1, 100);
    int neighbors = within("spec.gallery.neighbors", gallery.getNeighbors(), 1, 50);
    if (queries * (neighbors + 1) > MAX_GALLERY_IMAGES) {
      throw RequestException.invalidBecause(
          "spec.gallery",
          "spec.gallery has %d queries with %d neighbors, %d images; allowed: at most %d images in all"
              .formatted(queries, neighbors, queries * (neighbors + 1), MAX_GALLERY_IMAGES));
    }
    return new EvaluationPlan.Neighbors(queries, neighbors);
  }

  private static String uri(String field, String value) {
    if (value.isBlank()) {
      throw RequestException.invalid(
          field, value, "the URI of a labelled set, such as a folder with one folder per class");
    }
    return value;
  }

  private static long atLeastZero(String field, long value, String allowed) {
    if (value < 0) {
      throw RequestException.invalid(field, value, allowed);
    }
    return value;
  }

  private static int within(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw RequestException.invalid(field, value, least + " to " + most);
    }
    return value;
  }
}
