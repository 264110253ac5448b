package dev.parallax.trainer.control;

import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.DatasetException;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.names.Names;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.ModelReference;
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
    models(spec);
    data(spec);
    if (!spec.getMonitorData().isEmpty()) {
      monitor(spec.getMonitorData());
    }
  }

  /** Whether the models are there is for the one who has the repository to say. */
  private static void models(TrainingSpec spec) {
    if (spec.hasInitialModel()) {
      model("spec.initial_model", spec.getInitialModel());
    }
    String teacher = "spec.teacher_model";
    boolean needed = spec.getRecipe().getTargets().hasTeacher();
    if (spec.hasTeacherModel()) {
      if (!needed) {
        throw RequestException.invalid(
            teacher,
            spec.getTeacherModel().getModel(),
            "not set unless spec.recipe.targets is teacher");
      }
      model(teacher, spec.getTeacherModel());
    } else if (needed) {
      throw RequestException.invalidBecause(
          teacher,
          teacher
              + " is not set; allowed: a published model with the output logits, because"
              + " spec.recipe.targets is teacher");
    }
  }

  private static void model(String field, ModelReference reference) {
    Names.model(field + ".model", reference.getModel());
    if (reference.getVersion() < 0) {
      throw RequestException.invalid(
          field + ".version", reference.getVersion(), "1 or more, or 0 for the newest");
    }
  }

  private static void data(TrainingSpec spec) {
    String field = "spec.data";
    uri(field, spec.getData());
    try (Dataset data = Datasets.open(spec.getData())) {
      DataChecks.check(spec.getRecipe(), data);
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
