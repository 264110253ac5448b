package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.blur;
import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.relu;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.sgd;
import static dev.parallax.trainer.recipe.Parts.shuffled;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSteps;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;

/**
 * MoCo v2: Chen et al. 2020, "Improved Baselines with Momentum Contrastive Learning": MoCo v1 with
 * a hidden layer in the head, blur, a jitter that is not always there, and a cosine.
 */
final class MoCoV2 {
  private MoCoV2() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * moco, main_moco.py {@code --mlp --moco-t 0.2 --aug-plus --cos}; the hidden layer is as wide as
   * the representation, and the head has no batch norm (builder.py). All else is MoCo v1.
   */
  private static Recipe imagenet() {
    return Parts.recipe(
            "moco-v2-imagenet",
            "Chen et al. 2020 (MoCo v2), section 3; facebookresearch/moco main_moco.py")
        .setViews(views(224, cropAndColor(0.2, 0.4, 0.1).setBlur(blur(0.5)).setCount(2)))
        .setEncoder(resnet50())
        .setExtraction(projection(relu(2048), linear(128)))
        .setLoss(MoCoV1.infoNce(0.2, false))
        .setTargets(MoCoV1.queue(0.999, 65536))
        .setBatchNorm(shuffled(8))
        .setOptimization(
            sgd(0.03, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-4)
                .setBatchSize(256)
                .setEpochs(200))
        .build();
  }

  /**
   * lightly's cifar10_benchmark.py, its run of 800 epochs with 512 images: both views are queries,
   * queue 8192, momentum 0.99, temperature 0.1, SGD 0.06 for 128 images, weight decay 5e-4, batch
   * norm in eight parts. Views of SimCLR's strength 0.5 without blur, as there and in the authors'
   * own notebook.
   */
  private static Recipe cifar() {
    return Parts.recipe(
            "moco-v2-cifar", "Chen et al. 2020 (MoCo v2); lightly-ai/lightly cifar10_benchmark.py")
        .setViews(views(32, cropAndColor(0.08, 0.4, 0.1).setCount(2)))
        .setEncoder(resnet18())
        .setExtraction(projection(relu(512), linear(128)))
        .setLoss(MoCoV1.infoNce(0.1, true))
        .setTargets(MoCoV1.queue(0.99, 8192))
        .setBatchNorm(shuffled(8))
        .setOptimization(
            sgd(0.12, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(5e-4)
                .setBatchSize(512)
                .setEpochs(800))
        .build();
  }

  /** Temperature, momentum and symmetric loss of the CIFAR-10 recipe; an eighth of the batch. */
  private static Recipe small() {
    return Parts.recipe(
            "moco-v2-small",
            "Chen et al. 2020 (MoCo v2), scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, cropAndColor(0.2, 0.4, 0.1).setCount(2)))
        .setEncoder(smallResnet18())
        .setExtraction(projection(relu(128), linear(128)))
        .setLoss(MoCoV1.infoNce(0.1, true))
        .setTargets(MoCoV1.queue(0.99, 2048))
        .setBatchNorm(shuffled(4))
        .setOptimization(smallSteps(64))
        .build();
  }
}
