package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.missing;
import static dev.parallax.trainer.recipe.Check.unwanted;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.recipe.LossNeeds.Heads;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;

/** Whether the axes of a recipe fit its loss; each of them is valid by itself. */
final class CombinationChecks {
  /** Side of the largest learnt matrix of a bilinear similarity, 1 GiB of float32. */
  private static final int MAX_BILINEAR = 16_384;

  private CombinationChecks() {}

  static void check(String path, Recipe recipe) {
    LossNeeds needs = LossNeeds.of(recipe.getLoss());
    views(path + ".views.pipelines", recipe, needs);
    targets(path + ".targets", recipe.getTargets(), needs);
    similarity(path + ".similarity", recipe, needs);
    heads(path + ".extraction", recipe, needs);
    queue(path + ".targets.queue", recipe);
    switch (recipe.getLoss().getKindCase()) {
      case ROW_PREDICTION -> RowPredictionChecks.check(path, recipe);
      case MULTI_SCALE_NCE -> MultiScaleChecks.check(path, recipe);
      case NT_XENT,
          INFO_NCE,
          BANK_NCE,
          INSTANCE_SPREADING,
          NORMALIZED_MSE,
          NEGATIVE_COSINE,
          SWAPPED_PREDICTION,
          CROSS_ENTROPY,
          DISTILLATION,
          KIND_NOT_SET -> {}
    }
  }

  private static void views(String path, Recipe recipe, LossNeeds needs) {
    int count = ViewSizes.count(recipe.getViews());
    if (count < needs.minViews() || count > needs.maxViews()) {
      throw RequestException.invalid(
          path, count + " views in all", needs.views() + " in all with the loss " + needs.loss());
    }
    for (int i = 0; i < recipe.getViews().getPipelinesCount(); i++) {
      ViewPipeline pipeline = recipe.getViews().getPipelines(i);
      String at = path + "[" + i + "]";
      side(at + ".image_size", recipe, pipeline, needs);
      if (pipeline.hasPatches() && !recipe.getLoss().hasRowPrediction()) {
        throw unwanted(at + ".patches", "only with the loss row_prediction");
      }
    }
  }

  /**
   * SwAV alone is published with a multi-crop, and for it alone is it said which views give
   * targets.
   */
  private static void side(String path, Recipe recipe, ViewPipeline pipeline, LossNeeds needs) {
    int side = ViewSizes.side(recipe.getViews(), pipeline);
    int whole = recipe.getViews().getImageSize();
    if (side != whole && !recipe.getLoss().hasSwappedPrediction()) {
      throw RequestException.invalid(
          path,
          side,
          "0 or "
              + whole
              + " with the loss "
              + needs.loss()
              + "; views of several sides need swapped_prediction");
    }
  }

  private static void targets(String path, Targets targets, LossNeeds needs) {
    if (!needs.targets().contains(targets.getKindCase())) {
      throw RequestException.invalid(
          path,
          Check.yaml(targets.getKindCase()),
          LossNeeds.or(needs.targets().stream().map(Check::yaml).toList())
              + " with the loss "
              + needs.loss());
    }
  }

  private static void similarity(String path, Recipe recipe, LossNeeds needs) {
    Similarity similarity = recipe.getSimilarity();
    if (!needs.similarities().contains(similarity)) {
      throw RequestException.invalid(
          path,
          similarity,
          LossNeeds.names(needs.similarities()) + " with the loss " + needs.loss());
    }
    int size = RepresentationSizes.projection(recipe);
    if (similarity == Similarity.SIMILARITY_BILINEAR && size > MAX_BILINEAR) {
      throw RequestException.invalid(
          path,
          similarity,
          "vectors of at most "
              + MAX_BILINEAR
              + " values with it (1 GiB of weights); these have "
              + size);
    }
  }

  private static void heads(String path, Recipe recipe, LossNeeds needs) {
    Extraction extraction = recipe.getExtraction();
    if (needs.heads() == Heads.NONE && extraction.getProjectionCount() > 0) {
      throw RequestException.invalid(
          path + ".projection",
          Check.count(extraction.getProjectionCount(), "layer"),
          "none with the loss " + needs.loss() + ", which reads feature maps");
    }
    if (needs.heads() != Heads.PROJECTION_AND_PREDICTION && extraction.getPredictionCount() > 0) {
      throw RequestException.invalid(
          path + ".prediction",
          Check.count(extraction.getPredictionCount(), "layer"),
          "none with the loss "
              + needs.loss()
              + "; info_nce, normalized_mse and negative_cosine have a place for it");
    }
    if (extraction.hasContext() && !recipe.getLoss().hasRowPrediction()) {
      throw unwanted(path + ".context", "only with the loss row_prediction");
    }
    PredictionChecks.check(path, recipe);
  }

  /** One that is read, and that whole batches of keys go round. */
  private static void queue(String path, Recipe recipe) {
    Loss loss = recipe.getLoss();
    Targets targets = recipe.getTargets();
    boolean momentum = targets.hasMomentumEncoder();
    if (!targets.hasQueue()) {
      if (loss.hasNtXent() && momentum) {
        throw missing(path, "a queue, as nt_xent has no other use for a momentum_encoder");
      }
      return;
    }
    if (!(momentum && (loss.hasInfoNce() || loss.hasNtXent())) && !targets.hasPrototypes()) {
      throw unwanted(
          path, "only with prototypes, or with momentum_encoder and the loss info_nce or nt_xent");
    }
    int keys = keysPerBatch(recipe);
    int size = targets.getQueue().getSize();
    if (size < keys || size % keys != 0) {
      throw RequestException.invalid(
          path + ".size", size, "a multiple of the " + keys + " vectors that a batch adds");
    }
  }

  /** Vectors that a step puts into a queue; with prototypes each view has a queue of its own. */
  private static int keysPerBatch(Recipe recipe) {
    Loss loss = recipe.getLoss();
    int batch = recipe.getOptimization().getBatchSize();
    if (loss.hasNtXent()) {
      return batch * ViewSizes.count(recipe.getViews());
    }
    return loss.hasInfoNce() && loss.getInfoNce().getSymmetric() ? 2 * batch : batch;
  }
}
