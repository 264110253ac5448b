package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.blur;
import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.encoder;
import static dev.parallax.trainer.recipe.Parts.lars;
import static dev.parallax.trainer.recipe.Parts.norm;
import static dev.parallax.trainer.recipe.Parts.normRelu;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSgd;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.InBatch;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.Targets;
import java.util.List;

/**
 * SimCLR v2, its first half: Chen et al. 2020, "Big Self-Supervised Models are Strong
 * Semi-Supervised Learners": SimCLR with selective kernels and three layers in the head, of which
 * {@link SimClrV2FineTuning} keeps the first. Without the paper's memory of 65,536 negatives, which
 * google-research/simclr does not have either.
 */
final class SimClrV2 {
  private SimClrV2() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * Section 3, settings: batches of 4096, 800 epochs, the rate rising to 0.1 times the root of the
   * batch in the first 5 % of them, weight decay 1e-4; temperature 0.1 and sk_ratio 0.0625 as
   * google-research/simclr has them (run.py). The smallest of its networks with selective kernels.
   */
  private static Recipe imagenet() {
    return recipe(
            "simclr-v2-imagenet", "Chen et al. 2020 (SimCLR v2), section 3; google-research/simclr")
        .setViews(views(224, cropAndColor(0.08, 0.8, 0.2).setBlur(blur(0.5)).setCount(2)))
        .setEncoder(selectiveResnet50())
        .setExtraction(projection(normRelu(2048), normRelu(2048), norm(128)))
        .setLoss(SimClr.ntXent(0.1))
        .setOptimization(
            lars(0.1, RateScaling.RATE_SCALING_SQRT)
                .setWeightDecay(1e-4)
                .setBatchSize(4096)
                .setEpochs(800)
                .setWarmupEpochs(40))
        .build();
  }

  /**
   * The command for CIFAR-10 in the README of google-research/simclr, whose defaults are those of
   * SimCLR v2: three layers (num_proj_layers), warm-up of 10 epochs. Selective kernels need the
   * bottlenecks of deeper networks.
   */
  private static Recipe cifar() {
    return recipe("simclr-v2-cifar", "Chen et al. 2020 (SimCLR v2); google-research/simclr README")
        .setViews(views(32, cropAndColor(0.08, 0.4, 0.1).setCount(2)))
        .setEncoder(resnet18())
        .setExtraction(projection(normRelu(512), normRelu(512), norm(128)))
        .setLoss(SimClr.ntXent(0.5))
        .setOptimization(
            lars(1, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-4)
                .setBatchSize(512)
                .setEpochs(1000)
                .setWarmupEpochs(10))
        .build();
  }

  /** {@code simclr-small} with a layer more. */
  private static Recipe small() {
    return recipe(
            "simclr-v2-small",
            "Chen et al. 2020 (SimCLR v2), scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, cropAndColor(0.2, 0.4, 0.1).setCount(2)))
        .setEncoder(smallResnet18())
        .setExtraction(projection(normRelu(128), normRelu(128), norm(128)))
        .setLoss(SimClr.ntXent(0.2))
        .setOptimization(smallSgd(256))
        .build();
  }

  /** ResNet-50 + SK, 2048 features. */
  static Encoder selectiveResnet50() {
    return encoder(
        ResNet.newBuilder()
            .setDepth(50)
            .setWidth(1)
            .setStem(Stem.STEM_IMAGENET_D)
            .setSkRatio(0.0625));
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setTargets(Targets.newBuilder().setInBatch(InBatch.getDefaultInstance()));
  }
}
