package dev.parallax.trainer.control;

import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.DatasetException;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.names.Names;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.TrainingSpec;

/**
 * Checks a spec before its job is accepted, so that what can be known at once does not fail an hour
 * later.
 */
final class TrainingSpecs {
  private static final int MAX_THREADS = 1024;
  private static final int MAX_CHECKPOINT_SECONDS = 86_400;
  private static final int MAX_CORRUPT_IMAGES = 1_000_000;
  private static final int MAX_URI_CHARS = 4096;
  private static final int MIN_IMAGES = 2;

  private TrainingSpecs() {}

  /**
   * @throws RequestException INVALID_ARGUMENT that names the field, its value and what is allowed
   */
  static void validate(TrainingSpec spec) {
    Names.model("spec.model", spec.getModel());
    range("spec.threads", spec.getThreads(), MAX_THREADS);
    range("spec.checkpoint_seconds", spec.getCheckpointSeconds(), MAX_CHECKPOINT_SECONDS);
    range("spec.max_corrupt_images", spec.getMaxCorruptImages(), MAX_CORRUPT_IMAGES);
    if (!spec.hasRecipe()) {
      throw RequestException.invalidBecause(
          "spec.recipe", "spec.recipe is not set; allowed: a recipe, ListRecipes has some");
    }
    Recipes.validate("spec.recipe", spec.getRecipe());
    data(spec);
    if (!spec.getMonitorData().isEmpty()) {
      monitor(spec.getMonitorData());
    }
  }

  private static void data(TrainingSpec spec) {
    String field = "spec.data";
    uri(field, spec.getData());
    try (Dataset data = Datasets.open(spec.getData())) {
      if (data.size() < MIN_IMAGES) {
        throw RequestException.invalidBecause(
            field,
            field
                + " "
                + spec.getData()
                + " has "
                + images(data.size())
                + "; allowed: 2 or more, because the negatives of an image are the other images");
      }
      int batch = spec.getRecipe().getOptimization().getBatchSize();
      if (batch > data.size()) {
        throw RequestException.invalid(
            "spec.recipe.optimization.batch_size",
            batch,
            "2 to " + data.size() + ", the number of images in " + spec.getData());
      }
    } catch (DatasetException e) {
      throw RequestException.invalidBecause(field, field + ": " + e.getMessage());
    }
  }

  private static void monitor(String uri) {
    String field = "spec.monitor_data";
    uri(field, uri);
    try (Dataset data = Datasets.open(uri)) {
      if (data.classes().size() < 2) {
        throw RequestException.invalidBecause(
            field,
            field
                + " "
                + uri
                + " has "
                + data.classes().size()
                + " labelled classes; allowed: 2 or more, or leave the field empty");
      }
      if (data.size() < MIN_IMAGES) {
        throw RequestException.invalidBecause(
            field, field + " " + uri + " has " + images(data.size()) + "; allowed: 2 or more");
      }
    } catch (DatasetException e) {
      throw RequestException.invalidBecause(field, field + ": " + e.getMessage());
    }
  }

  private static void uri(String field, String uri) {
    if (uri.isBlank()) {
      throw RequestException.invalid(
          field, uri, "a folder, a .zip, CIFAR or IDX files, or synthetic:train");
    }
    if (uri.length() > MAX_URI_CHARS) {
      throw RequestException.invalid(field, uri, "at most " + MAX_URI_CHARS + " characters");
    }
  }

  private static String images(int count) {
    return count == 1 ? "1 image" : count + " images";
  }

  private static void range(String field, int value, int max) {
    if (value < 0 || value > max) {
      throw RequestException.invalid(field, value, "0 to " + max);
    }
  }
}
