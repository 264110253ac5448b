package dev.parallax.cli.quickstart;

import dev.parallax.cli.CliException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a quickstart is asked for.
 *
 * @param data images to train on
 * @param galleryData labelled images to measure with; absent: {@code data}
 * @param testData labelled images to measure on
 * @param trainOnly leave measuring out
 * @param method name of a method or recipe
 * @param model name to publish under; absent: by method and data
 * @param maxTrainImages of the gallery; 0: all
 * @param maxTestImages to classify; 0: all
 */
public record Request(
    String data,
    Optional<String> galleryData,
    Optional<String> testData,
    boolean trainOnly,
    String method,
    Optional<String> model,
    OptionalInt epochs,
    OptionalInt batchSize,
    long seed,
    int maxTrainImages,
    int maxTestImages) {
  private static final int MAX_EPOCHS = 100_000;
  private static final int MAX_BATCH = 65_536;

  public Request {
    within("--epochs", epochs, 0, MAX_EPOCHS);
    within("--batch-size", batchSize, 2, MAX_BATCH);
    within("--max-train-images", OptionalInt.of(maxTrainImages), 0, Integer.MAX_VALUE);
    within("--max-test-images", OptionalInt.of(maxTestImages), 0, Integer.MAX_VALUE);
    if (trainOnly && (testData.isPresent() || galleryData.isPresent())) {
      throw CliException.usage(
          "--train-only leaves measuring out, and --test-data or --gallery-data is given; allowed: one of them");
    }
    if (galleryData.isPresent() && testData.isEmpty()) {
      throw CliException.usage(
          "--gallery-data is given without --test-data; add labelled images to measure on");
    }
  }

  private static void within(String option, OptionalInt value, int min, int max) {
    if (value.isPresent() && (value.getAsInt() < min || value.getAsInt() > max)) {
      throw CliException.usage(
          option,
          value.getAsInt(),
          max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max);
    }
  }
}
