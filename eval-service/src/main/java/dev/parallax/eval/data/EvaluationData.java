package dev.parallax.eval.data;

import static java.util.Objects.requireNonNull;

import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.DatasetException;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.images.dataset.Selection;
import dev.parallax.platform.errors.RequestException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The two labelled sets of an evaluation: one to learn from, one to classify.
 *
 * @param train gallery and training set of the probe
 * @param test images to classify; its labels are those of the classes of the same name in {@code
 *     train}
 * @param classes names in the order of the labels
 */
public record EvaluationData(ImageSet train, ImageSet test, List<String> classes)
    implements AutoCloseable {

  public EvaluationData {
    requireNonNull(train, "train is null");
    requireNonNull(test, "test is null");
    classes = List.copyOf(classes);
  }

  /**
   * Opens both sets and draws from them.
   *
   * @param maxTrain images to draw, class-balanced; 0: all
   * @throws RequestException INVALID_ARGUMENT on {@code spec.train_data} or {@code spec.test_data},
   *     when a set cannot be opened, has no labels or fewer than two classes, or the test set has a
   *     class that the training set has not
   */
  public static EvaluationData open(
      String trainUri, String testUri, int maxTrain, int maxTest, long seed) {
    Dataset train = open("spec.train_data", trainUri);
    try {
      Dataset test = open("spec.test_data", testUri);
      try {
        return of(train, test, maxTrain, maxTest, seed);
      } catch (RuntimeException e) {
        test.close();
        throw e;
      }
    } catch (RuntimeException e) {
      train.close();
      throw e;
    }
  }

  private static EvaluationData of(
      Dataset train, Dataset test, int maxTrain, int maxTest, long seed) {
    int[] trainLabels = labels("spec.train_data", train);
    if (Arrays.stream(trainLabels).distinct().count() < 2) {
      throw RequestException.invalidBecause(
          "spec.train_data",
          "spec.train_data \"%s\" has images of 1 class only; a measurement needs 2 classes or more"
              .formatted(train.uri()));
    }
    int[] testLabels = labelsByName(train, test);
    int[] trainItems = Selection.balanced(train, maxTrain, seed);
    int[] testItems = Selection.balanced(test, maxTest, seed + 1);
    int classes = train.classes().size();
    return new EvaluationData(
        new ImageSet(train, trainItems, pick(trainLabels, trainItems), classes),
        new ImageSet(test, testItems, pick(testLabels, testItems), classes),
        train.classes());
  }

  private static int[] labels(String field, Dataset dataset) {
    int[] labels = IntStream.range(0, dataset.size()).map(dataset::label).toArray();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw RequestException.invalidBecause(
            field,
            "%s \"%s\": the image %s has no label; allowed: images that all have one"
                .formatted(field, dataset.uri(), dataset.name(i)));
      }
    }
    return labels;
  }

  /** Labels of the test set in terms of the training set's classes. */
  private static int[] labelsByName(Dataset train, Dataset test) {
    int[] mapped =
        test.classes().stream().mapToInt(name -> train.classes().indexOf(name)).toArray();
    int[] labels = labels("spec.test_data", test);
    for (int i = 0; i < labels.length; i++) {
      String name = test.classes().get(labels[i]);
      labels[i] = mapped[labels[i]];
      if (labels[i] < 0) {
        throw RequestException.invalidBecause(
            "spec.test_data",
            "spec.test_data \"%s\" has the class \"%s\", which spec.train_data has not; its classes are %s"
                .formatted(test.uri(), name, shortened(train.classes())));
      }
    }
    return labels;
  }

  private static Dataset open(String field, String uri) {
    Dataset dataset;
    try {
      dataset = Datasets.open(uri);
    } catch (DatasetException e) {
      throw RequestException.invalidBecause(field, field + ": " + e.getMessage());
    }
    if (dataset.classes().isEmpty()) {
      dataset.close();
      throw RequestException.invalidBecause(
          field,
          "%s \"%s\" has no labels; allowed: a labelled set, such as a folder with one folder per class"
              .formatted(field, uri));
    }
    return dataset;
  }

  private static int[] pick(int[] labels, int[] items) {
    return Arrays.stream(items).map(i -> labels[i]).toArray();
  }

  private static String shortened(List<String> names) {
    return names.size() <= 10
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 10)) + ", … (" + names.size() + " in all)";
  }

  @Override
  public void close() {
    try {
      train.dataset().close();
    } finally {
      test.dataset().close();
    }
  }
}
