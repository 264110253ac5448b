package dev.parallax.cli.quickstart;

import dev.parallax.cli.CliException;
import dev.parallax.cli.DataUris;
import dev.parallax.cli.recipe.RecipeSource;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Datasets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a quickstart will do, checked before anything is started: an hour of training should not end
 * with a refusal.
 *
 * @param data absolute URI of the images to train on
 * @param images in {@code data}
 * @param measurement on what is measured; empty: nothing is
 * @param model name to publish under
 * @param remarks for the user, one line each
 */
record Plan(
    String data,
    int images,
    Optional<Measurement> measurement,
    String model,
    List<String> remarks) {
  private static final int MAX_MODEL_NAME = 63;
  private static final String RANDOM_SUFFIX = "-random";

  /** Absolute URIs of labelled images. */
  record Measurement(String gallery, String test) {}

  Plan {
    remarks = List.copyOf(remarks);
    if (!model.matches("[a-z0-9][a-z0-9._-]*")
        || model.length() + RANDOM_SUFFIX.length() > MAX_MODEL_NAME) {
      throw CliException.usage(
          "--model",
          model,
          "lower-case letters, digits, '.', '_' and '-', at most "
              + (MAX_MODEL_NAME - RANDOM_SUFFIX.length())
              + " of them");
    }
  }

  /** The name that the encoder at random initialisation is published under. */
  String randomModel() {
    return model + RANDOM_SUFFIX;
  }

  /**
   * @throws CliException or a DatasetException when data is missing, or cannot be measured on
   */
  static Plan of(Request request, Path workingDirectory) {
    String data = DataUris.absolute("--data", request.data(), workingDirectory);
    String model =
        request
            .model()
            .orElseGet(
                () -> DataUris.modelName(RecipeSource.shortName(request.method()), request.data()));
    Contents train = Contents.of(data);
    if (train.images() < 2) {
      throw CliException.usage(
          "--data "
              + request.data()
              + " has 1 image; allowed: 2 or more, because the negatives of an image are the others");
    }
    if (request.batchSize().isPresent() && request.batchSize().getAsInt() > train.images()) {
      throw CliException.usage(
          "--batch-size",
          request.batchSize().getAsInt(),
          "2 to " + train.images() + ", the number of images in --data");
    }
    Optional<String> test =
        request
            .testData()
            .map(uri -> DataUris.absolute("--test-data", uri, workingDirectory))
            .or(
                () ->
                    DataUris.builtIn(data) && !request.trainOnly()
                        ? Optional.of("synthetic:test")
                        : Optional.empty());
    String dataRemark = "data: " + request.data() + ", " + train.text();
    if (test.isEmpty()) {
      return new Plan(
          data,
          train.images(),
          Optional.empty(),
          model,
          List.of(dataRemark, unmeasured(request, train)));
    }
    String gallery =
        request
            .galleryData()
            .map(uri -> DataUris.absolute("--gallery-data", uri, workingDirectory))
            .orElse(data);
    if (test.get().equals(gallery)) {
      throw CliException.usage(
          "--test-data is "
              + request.testData().orElse("")
              + ", which is also the gallery; allowed: images that are in no"
              + " other set");
    }
    Contents galleryContents = gallery.equals(data) ? train : Contents.of(gallery);
    Contents testContents = Contents.of(test.get());
    requireMeasurable(request, galleryContents, testContents);
    return new Plan(
        data,
        train.images(),
        Optional.of(new Measurement(gallery, test.get())),
        model,
        List.of(
            dataRemark,
            "test: " + request.testData().orElse(test.get()) + ", " + testContents.text()));
  }

  private static String unmeasured(Request request, Contents train) {
    if (request.trainOnly()) {
      return "nothing will be measured, as --train-only is given";
    }
    if (train.classes().size() >= 2) {
      throw CliException.usage(
          "--data has labels ("
              + train.classes().size()
              + " classes), but there are no images to measure on; add --test-data URI, or --train-only to leave measuring"
              + " out");
    }
    return "nothing will be measured, as --data has no labels; --gallery-data and --test-data name labelled images";
  }

  private static void requireMeasurable(Request request, Contents gallery, Contents test) {
    String option = request.galleryData().isPresent() ? "--gallery-data" : "--data";
    if (gallery.classes().size() < 2) {
      throw CliException.usage(
          option
              + " has "
              + (gallery.classes().isEmpty() ? "no labels" : "images of 1 class only")
              + ", so that there is nothing to measure with; add --gallery-data with labelled images of 2 classes or"
              + " more, or replace --test-data by --train-only");
    }
    if (test.classes().isEmpty()) {
      throw CliException.usage(
          "--test-data has no labels; allowed: labelled images, such as a folder with one folder per class");
    }
    if (!gallery.allLabelled() || !test.allLabelled()) {
      throw CliException.usage(
          (gallery.allLabelled() ? "--test-data" : option)
              + " has images without a label beside labelled ones; allowed: images that all have one");
    }
    TreeSet<String> unknown = new TreeSet<>(test.classes());
    unknown.removeAll(gallery.classes());
    if (!unknown.isEmpty()) {
      throw CliException.usage(
          "--test-data has the class "
              + unknown.first()
              + ", which "
              + option
              + " has not; its classes are "
              + gallery.classes().stream().limit(10).collect(Collectors.joining(", ")));
    }
  }

  /**
   * What is in a set.
   *
   * @param classes names of classes that have images
   */
  private record Contents(int images, TreeSet<String> classes, boolean allLabelled) {
    static Contents of(String uri) {
      try (Dataset dataset = Datasets.open(uri)) {
        TreeSet<String> classes = new TreeSet<>();
        int[] labels = IntStream.range(0, dataset.size()).map(dataset::label).toArray();
        IntStream.of(labels)
            .filter(label -> label >= 0)
            .distinct()
            .forEach(label -> classes.add(dataset.classes().get(label)));
        return new Contents(
            dataset.size(), classes, IntStream.of(labels).allMatch(label -> label >= 0));
      }
    }

    String text() {
      return Texts.images(images)
          + (classes.isEmpty()
              ? " without labels"
              : " of " + classes.size() + (classes.size() == 1 ? " class" : " classes"));
    }
  }
}
