package dev.parallax.trainer.control;

import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, List<Long>> there = weights(initial.getRecipe());
    Map<String, List<Long>> here = weights(recipe);
    if (!there.equals(here)) {
      throw RequestException.invalidBecause(
          field,
          field
              + " "
              + label(initial)
              + " has another encoder than spec.recipe.encoder: "
              + difference(there, here)
              + "; allowed: a model with the encoder of the recipe, or set the recipe's encoder and, with"
              + " amdim, views.image_size as the model has it");
    }
  }

  /**
   * Shapes of what a recipe's encoder is served with, by name: what has to agree, however the two
   * recipes say it. Without an encoder, none.
   */
  private static Map<String, List<Long>> weights(Recipe recipe) {
    Map<String, List<Long>> weights = new LinkedHashMap<>();
    if (recipe.hasEncoder()) {
      ParameterNames.served(Networks.of(recipe).encoder())
          .forEach(spec -> weights.put(spec.name(), spec.shape().dimensions()));
    }
    return weights;
  }

  /** The first weight that differs. */
  private static String difference(Map<String, List<Long>> there, Map<String, List<Long>> here) {
    for (var weight : here.entrySet()) {
      List<Long> shape = there.get(weight.getKey());
      if (!weight.getValue().equals(shape)) {
        return "its "
            + weight.getKey()
            + (shape == null ? " is missing" : " is " + shape + ", not " + weight.getValue());
      }
    }
    return "it has more layers";
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
