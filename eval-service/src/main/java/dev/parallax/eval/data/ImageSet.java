package dev.parallax.eval.data;

import static java.util.Objects.requireNonNull;

import dev.parallax.images.dataset.Dataset;
import java.util.Arrays;

/**
 * The images of a dataset that are measured.
 *
 * @param dataset where they are read from; closed by whoever opened it
 * @param items indices into the dataset, ascending; 1 or more
 * @param labels class of each of {@code items}, 0 to {@code classes} - 1
 * @param classes K; that of the training set, also for a test set
 */
@SuppressWarnings("ArrayRecordComponent") // a view on large arrays; nobody compares two of them
public record ImageSet(Dataset dataset, int[] items, int[] labels, int classes) {

  public ImageSet {
    requireNonNull(dataset, "dataset is null");
    if (items.length == 0 || items.length != labels.length) {
      throw new IllegalArgumentException(
          "items has %d entries, labels %d; allowed: as many of both, 1 or more"
              .formatted(items.length, labels.length));
    }
  }

  public int count() {
    return items.length;
  }

  /** Classes that occur among the images. */
  public int occurringClasses() {
    return (int) Arrays.stream(labels).distinct().count();
  }

  /** Share of the largest class, 0 to 1: what guessing reaches. */
  public double majority() {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return (double) Arrays.stream(counts).max().orElse(0) / count();
  }
}
