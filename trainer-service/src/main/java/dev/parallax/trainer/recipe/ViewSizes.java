package dev.parallax.trainer.recipe;

import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;

/** Counts and sides that a recipe's views come to. */
final class ViewSizes {
  private ViewSizes() {}

  /** Views of an image. */
  static int count(Views views) {
    return views.getPipelinesList().stream().mapToInt(ViewPipeline::getCount).sum();
  }

  /** Side of a pipeline's views, pixels. */
  static int side(Views views, ViewPipeline pipeline) {
    return pipeline.getImageSize() == 0 ? views.getImageSize() : pipeline.getImageSize();
  }

  /** Patches along one side of a view; the grid has as many rows as columns. */
  static int grid(int side, Patches patches) {
    return (side - patches.getSize()) / patches.getStride() + 1;
  }

  /** Rows that a view becomes in a batch: its patches, or itself. */
  static long rows(Views views, ViewPipeline pipeline) {
    if (!pipeline.hasPatches()) {
      return 1;
    }
    long grid = grid(side(views, pipeline), pipeline.getPatches());
    return grid * grid;
  }

  /** Side of what the encoder sees, pixels: a patch, or the view. */
  static int encoderSide(Views views, ViewPipeline pipeline) {
    return pipeline.hasPatches() ? pipeline.getPatches().getSize() : side(views, pipeline);
  }
}
