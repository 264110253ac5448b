package dev.parallax.trainer.control;

import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Selection;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.recipe.RepresentationSizes;
import dev.parallax.trainer.v1.BankNce;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import java.util.Arrays;

/**
 * Whether a recipe fits its training images: their number, and their labels where it needs some.
 */
final class DataChecks {
  private static final String BATCH_SIZE = "spec.recipe.optimization.batch_size";
  private static final String LABEL_FRACTION = "spec.recipe.loss.cross_entropy.label_fraction";
  private static final int MIN_IMAGES = 2;

  /** Vectors of a memory bank, and a batch's similarities with all of it: 1 GiB of float32. */
  private static final long MAX_FLOATS = 1L << 28;

  private DataChecks() {}

  /**
   * @throws RequestException INVALID_ARGUMENT that names the field, its value and what is allowed
   */
  static void check(Recipe recipe, Dataset data) {
    if (data.size() < MIN_IMAGES) {
      throw ofData(
          data,
          data.size() == 1 ? "1 image" : data.size() + " images",
          "2 or more, because the negatives of an image are the other images");
    }
    int images = data.size();
    String what = "the number of images in " + data.uri();
    if (recipe.getLoss().hasCrossEntropy()) {
      images = labelled(recipe.getLoss().getCrossEntropy().getLabelFraction(), data);
      what = "the number of labelled images of " + data.uri() + " that label_fraction leaves";
    }
    batches(recipe.getOptimization(), images, what);
    if (recipe.getLoss().hasBankNce()) {
      bank(recipe, data);
    }
  }

  private static void batches(Optimization optimization, int images, String what) {
    int batch = optimization.getBatchSize();
    if (batch > images) {
      throw RequestException.invalid(BATCH_SIZE, batch, "2 to " + images + ", " + what);
    }
    int accumulated = optimization.getAccumulatedBatches();
    int batches = images / batch;
    if (accumulated > batches) {
      throw RequestException.invalid(
          "spec.recipe.optimization.accumulated_batches",
          accumulated,
          "0 to " + batches + ", the number of batches in an epoch");
    }
  }

  /** Images that a share of the labels leaves, the same share of every class. */
  private static int labelled(double fraction, Dataset data) {
    int classes = data.classes().size();
    if (classes < 2) {
      throw ofData(data, classes + " labelled classes", "2 or more with the loss cross_entropy");
    }
    int[] sizes = new int[classes];
    for (int i = 0; i < data.size(); i++) {
      if (data.label(i) >= 0) {
        sizes[data.label(i)]++;
      }
    }
    int[] used = Arrays.stream(sizes).filter(size -> size > 0).toArray();
    if (used.length < 2) {
      throw ofData(
          data,
          "images of " + used.length + " of its classes",
          "of 2 or more with the loss cross_entropy");
    }
    int smallest = Arrays.stream(used).min().orElseThrow();
    if (smallest * fraction < 1 - 1e-9) {
      throw RequestException.invalid(
          LABEL_FRACTION,
          fraction,
          Math.ceil(1e6 / smallest) / 1e6
              + " to 1, for an image of each class; the smallest in "
              + data.uri()
              + " has "
              + smallest);
    }
    return Selection.share(data, fraction, 0).length;
  }

  private static void bank(Recipe recipe, Dataset data) {
    BankNce loss = recipe.getLoss().getBankNce();
    int size = RepresentationSizes.projection(recipe);
    int images = data.size();
    if (loss.getNegatives() >= images) {
      throw RequestException.invalid(
          "spec.recipe.loss.bank_nce.negatives",
          loss.getNegatives(),
          "0 to " + (images - 1) + ", the number of other images in " + data.uri());
    }
    if ((long) images * size > MAX_FLOATS) {
      throw ofData(
          data,
          images + " images",
          "at most "
              + MAX_FLOATS / size
              + " with a memory bank of "
              + size
              + " values for each (1 GiB)");
    }
    int batch = recipe.getOptimization().getBatchSize();
    if (loss.getNegatives() == 0 && (long) batch * images > MAX_FLOATS) {
      throw RequestException.invalid(
          BATCH_SIZE,
          batch,
          "at most "
              + MAX_FLOATS / images
              + " with a softmax over "
              + images
              + " images, or draw loss.bank_nce.negatives of them");
    }
  }

  private static RequestException ofData(Dataset data, String has, String allowed) {
    return RequestException.invalidBecause(
        "spec.data", "spec.data " + data.uri() + " has " + has + "; allowed: " + allowed);
  }
}
