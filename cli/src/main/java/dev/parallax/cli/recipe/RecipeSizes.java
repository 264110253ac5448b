package dev.parallax.cli.recipe;

import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;

/** A recipe for more or fewer epochs, or images in a step, with what hangs on them. */
public final class RecipeSizes {
  private RecipeSizes() {}

  /**
   * Everything that happens in a certain epoch keeps its place in the whole; the warm-up is at most
   * half of it.
   *
   * @param epochs 0: what training starts from is published, so that nothing happens in an epoch
   */
  public static Recipe withEpochs(Recipe recipe, int epochs) {
    Recipe.Builder changed = recipe.toBuilder();
    Optimization.Builder optimization = changed.getOptimizationBuilder();
    int before = optimization.getEpochs();
    optimization
        .setEpochs(epochs)
        .setWarmupEpochs(Math.min(optimization.getWarmupEpochs(), epochs / 2.0));
    if (epochs == 0) {
      optimization.clearSteps().clearFinalLearningRate().setDecay(Decay.DECAY_CONSTANT);
    }
    for (var step : optimization.getStepsBuilderList()) {
      step.setEpoch(Math.max(1, scaled(step.getEpoch(), before, epochs)));
    }
    if (changed.getTargets().hasQueue()) {
      FeatureQueue.Builder queue = changed.getTargetsBuilder().getQueueBuilder();
      queue.setFromEpoch(scaled(queue.getFromEpoch(), before, epochs));
    }
    if (changed.getTargets().hasPrototypes()) {
      var prototypes = changed.getTargetsBuilder().getPrototypesBuilder();
      prototypes.setFrozenEpochs(Math.min(prototypes.getFrozenEpochs(), Math.max(0, epochs - 1)));
    }
    return changed.build();
  }

  /** A queue holds whole batches, and at least one; groups of batch norm have two rows or more. */
  public static Recipe withBatchSize(Recipe recipe, int images) {
    Recipe.Builder changed = recipe.toBuilder();
    changed.getOptimizationBuilder().setBatchSize(images);
    if (images > 1) {
      if (changed.getTargets().hasQueue()) {
        FeatureQueue.Builder queue = changed.getTargetsBuilder().getQueueBuilder();
        queue.setSize(Math.max(images, queue.getSize() / images * images));
      }
      if (changed.getBatchNorm().getGroups() > images / 2) {
        changed.getBatchNormBuilder().setGroups(images / 2);
      }
    }
    return changed.build();
  }

  /** The same epoch of a shorter or longer training. */
  private static int scaled(int epoch, int before, int after) {
    return before <= 0 || after < 0 ? epoch : (int) ((long) epoch * after / before);
  }
}
