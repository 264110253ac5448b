package dev.parallax.cli.report;

import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Recipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A recipe in words, axis by axis. */
final class RecipeText {
  private RecipeText() {}

  /** Axis to description, in the order in which an image meets them. */
  static Map<String, String> describe(Recipe recipe) {
    Map<String, String> axes = new LinkedHashMap<>();
    axes.put("Views", ViewsText.of(recipe.getViews()));
    axes.put("Encoder", EncoderText.full(recipe.getEncoder()));
    if (recipe.hasBatchNorm()) {
      axes.put("Batch norm", EncoderText.statistics(recipe.getBatchNorm()));
    }
    extraction(axes, recipe.getExtraction());
    axes.put(
        "Similarity", ObjectiveText.similarity(recipe.getSimilarity(), recipe.getSimilarityClip()));
    axes.put("Loss", ObjectiveText.loss(recipe.getLoss()));
    axes.put("Targets", ObjectiveText.targets(recipe.getTargets()));
    if (recipe.getTargets().hasQueue()) {
      axes.put("Queue", ObjectiveText.queue(recipe.getTargets()));
    }
    axes.put("Optimiser", OptimizationText.optimizer(recipe.getOptimization()));
    axes.put("Learning rate", OptimizationText.rate(recipe.getOptimization()));
    axes.put("Batch", OptimizationText.batch(recipe.getOptimization()));
    return axes;
  }

  private static void extraction(Map<String, String> axes, Extraction extraction) {
    axes.put(
        "Projection head",
        extraction.getProjectionCount() == 0
            ? "none; the loss sees the representation itself"
            : layers(extraction.getProjectionList()));
    if (extraction.getPredictionCount() > 0) {
      axes.put("Prediction head", layers(extraction.getPredictionList()));
    }
    if (extraction.hasContext()) {
      axes.put(
          "Context",
          "%s of masked convolutions, %s channels inside"
              .formatted(
                  Figures.counted(extraction.getContext().getBlocks(), "residual block"),
                  Figures.count(extraction.getContext().getHidden())));
    }
  }

  private static String layers(List<HeadLayer> layers) {
    return String.join(" → ", layers.stream().map(RecipeText::layer).toList());
  }

  private static String layer(HeadLayer layer) {
    List<String> parts = new ArrayList<>();
    parts.add("linear " + Figures.count(layer.getSize()));
    if (layer.getBatchNorm()) {
      parts.add(layer.getFixedNorm() ? "batch norm without factor and summand" : "batch norm");
    }
    if (layer.getRelu()) {
      parts.add("ReLU");
    }
    return String.join(", ", parts);
  }
}
