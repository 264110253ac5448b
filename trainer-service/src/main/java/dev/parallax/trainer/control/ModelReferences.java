package dev.parallax.trainer.control;

import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.List;

/** The published models that a job builds upon: whether they are there and fit its recipe. */
final class ModelReferences {
  private static final String LOGITS = "logits";

  private ModelReferences() {}

  /**
   * The spec with both references checked, and with the newest version in place of 0, so that a job
   * that is restarted goes on from what it began with.
   *
   * @throws RequestException INVALID_ARGUMENT that names the field, its value and what is allowed
   */
  static TrainingSpec pinned(TrainingSpec spec, ModelRepository repository) {
    TrainingSpec.Builder pinned = spec.toBuilder();
    if (spec.hasInitialModel()) {
      String field = "spec.initial_model";
      Manifest initial = manifest(field, spec.getInitialModel(), repository);
      encoder(field, initial, spec.getRecipe());
      pinned.getInitialModelBuilder().setVersion(initial.getVersion());
    }
    if (spec.hasTeacherModel()) {
      String field = "spec.teacher_model";
      Manifest teacher = manifest(field, spec.getTeacherModel(), repository);
      classifier(field, teacher, spec.getRecipe());
      pinned.getTeacherModelBuilder().setVersion(teacher.getVersion());
    }
    return pinned.build();
  }

  private static Manifest manifest(
      String field, ModelReference reference, ModelRepository repository) {
    List<Long> versions = repository.versions(reference.getModel());
    if (versions.isEmpty()) {
      throw RequestException.invalid(
          field + ".model",
          reference.getModel(),
          "a published model: " + String.join(", ", repository.models()));
    }
    long version = reference.getVersion() == 0 ? versions.getLast() : reference.getVersion();
    if (!versions.contains(version)) {
      throw RequestException.invalid(
          field + ".version", version, "0 for the newest, or one of " + versions);
    }
    return repository.read(reference.getModel(), version).manifest();
  }

  private static void encoder(String field, Manifest initial, Recipe recipe) {
    if (!initial.getRecipe().getEncoder().equals(recipe.getEncoder())) {
      throw RequestException.invalidBecause(
          field,
          field
              + " "
              + label(initial)
              + " has another encoder than spec.recipe.encoder; allowed: a model with the encoder of the"
              + " recipe, or set the recipe's encoder as the model has it");
    }
  }

  private static void classifier(String field, Manifest teacher, Recipe recipe) {
    List<String> outputs = teacher.getOutputsList().stream().map(TensorSpec::getName).toList();
    if (!outputs.contains(LOGITS)) {
      throw RequestException.invalidBecause(
          field,
          field
              + " "
              + label(teacher)
              + " has the outputs "
              + outputs
              + "; allowed: a model with "
              + LOGITS
              + ", which fine-tuning with loss.cross_entropy makes");
    }
    int side = teacher.getPreprocessing().getImageSize();
    if (side != recipe.getViews().getImageSize()) {
      throw RequestException.invalid(
          "spec.recipe.views.image_size",
          recipe.getViews().getImageSize(),
          side + ", which the teacher " + label(teacher) + " takes");
    }
  }

  private static String label(Manifest manifest) {
    return manifest.getModel() + "/" + manifest.getVersion();
  }
}
