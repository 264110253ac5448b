package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.blur;
import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.lars;
import static dev.parallax.trainer.recipe.Parts.norm;
import static dev.parallax.trainer.recipe.Parts.normRelu;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSgd;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.InBatch;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.NtXent;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Targets;
import java.util.List;

/**
 * SimCLR v1: Chen et al. 2020, "A Simple Framework for Contrastive Learning of Visual
 * Representations". Batch norm takes its statistics over both views and all devices (section 2.2),
 * which is what a recipe without a policy gets.
 */
final class SimClr {
  private SimClr() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * Section 2.2 and appendix A; batch norm on every layer of the head as in google-research/simclr.
   */
  private static Recipe imagenet() {
    return recipe("simclr-imagenet", "Chen et al. 2020, sections 2 and A; google-research/simclr")
        .setViews(views(224, cropAndColor(0.08, 0.8, 0.2).setBlur(blur(0.5)).setCount(2)))
        .setEncoder(resnet50())
        .setExtraction(projection(normRelu(2048), norm(128)))
        .setLoss(ntXent(0.1))
        .setOptimization(
            lars(0.3, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-6)
                .setBatchSize(4096)
                .setEpochs(100)
                .setWarmupEpochs(10))
        .build();
  }

  /** Appendix B.9: half the colour strength, no blur, temperature 0.5. */
  private static Recipe cifar() {
    return recipe("simclr-cifar", "Chen et al. 2020, appendix B.9")
        .setViews(views(32, cropAndColor(0.08, 0.4, 0.1).setCount(2)))
        .setEncoder(resnet18())
        .setExtraction(projection(normRelu(512), norm(128)))
        .setLoss(ntXent(0.5))
        .setOptimization(
            lars(1, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-6)
                .setBatchSize(512)
                .setEpochs(500)
                .setWarmupEpochs(10))
        .build();
  }

  /**
   * For two CPU cores and minutes: a quarter of the width, and SGD with the rate of lightly's
   * CIFAR-10 benchmark (0.06 for 128 images).
   */
  private static Recipe small() {
    return recipe(
            "simclr-small", "Chen et al. 2020, scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, cropAndColor(0.2, 0.4, 0.1).setCount(2)))
        .setEncoder(smallResnet18())
        .setExtraction(projection(normRelu(128), norm(128)))
        .setLoss(ntXent(0.2))
        .setOptimization(smallSgd(256))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setTargets(Targets.newBuilder().setInBatch(InBatch.getDefaultInstance()));
  }

  static Loss ntXent(double temperature) {
    return Loss.newBuilder().setNtXent(NtXent.newBuilder().setTemperature(temperature)).build();
  }
}
