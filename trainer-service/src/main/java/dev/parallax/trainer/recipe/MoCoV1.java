package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.flip;
import static dev.parallax.trainer.recipe.Parts.instanceView;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.momentum;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.sgd;
import static dev.parallax.trainer.recipe.Parts.shuffled;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSteps;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.InfoNce;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Targets;
import java.util.List;

/**
 * MoCo v1: He et al. 2020, "Momentum Contrast for Unsupervised Visual Representation Learning". A
 * linear layer to 128 dimensions; the first view is the query, and batch norm is shuffled (section
 * 3.3).
 */
final class MoCoV1 {
  private MoCoV1() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * moco, main_moco.py, whose defaults are those of the paper: views without {@code --aug-plus},
   * queue 65536, momentum 0.999, temperature 0.07, SGD 0.03 for 256 images, weight decay 1e-4, a
   * tenth from epochs 120 and 160 of 200; eight devices.
   */
  private static Recipe imagenet() {
    return recipe(
            "moco-v1-imagenet", "He et al. 2020, section 4; facebookresearch/moco main_moco.py")
        .setViews(views(224, instanceView().setFlip(flip()).setCount(2)))
        .setEncoder(resnet50())
        .setLoss(infoNce(0.07, false))
        .setTargets(queue(0.999, 65536))
        .setBatchNorm(shuffled(8))
        .setOptimization(
            InstDisc.tenthsAt120And160().setRateScaling(RateScaling.RATE_SCALING_LINEAR))
        .build();
  }

  /**
   * The authors' notebook, as it is set: views of SimCLR's strength 0.5, queue 4096, momentum 0.99,
   * temperature 0.1, SGD 0.06 for 512 images (0.03 for 256), weight decay 5e-4, 200 epochs with a
   * cosine, batch norm in eight parts, one query per image.
   */
  private static Recipe cifar() {
    return recipe(
            "moco-v1-cifar", "He et al. 2020; facebookresearch/moco colab/moco_cifar10_demo.ipynb")
        .setViews(views(32, cropAndColor(0.08, 0.4, 0.1).setCount(2)))
        .setEncoder(resnet18())
        .setLoss(infoNce(0.1, false))
        .setTargets(queue(0.99, 4096))
        .setBatchNorm(shuffled(8))
        .setOptimization(
            sgd(0.03, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(5e-4)
                .setBatchSize(512)
                .setEpochs(200))
        .build();
  }

  /**
   * Temperature and momentum of the notebook; an eighth of the batch, and half of queue and parts.
   */
  private static Recipe small() {
    return recipe(
            "moco-v1-small",
            "He et al. 2020 and its CIFAR-10 notebook, scaled down; rates of lightly's CIFAR-10"
                + " benchmark")
        .setViews(views(32, cropAndColor(0.2, 0.4, 0.1).setCount(2)))
        .setEncoder(smallResnet18())
        .setLoss(infoNce(0.1, false))
        .setTargets(queue(0.99, 2048))
        .setBatchNorm(shuffled(4))
        .setOptimization(smallSteps(64))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source).setExtraction(projection(linear(128)));
  }

  static Loss infoNce(double temperature, boolean symmetric) {
    return Loss.newBuilder()
        .setInfoNce(InfoNce.newBuilder().setTemperature(temperature).setSymmetric(symmetric))
        .build();
  }

  static Targets queue(double momentum, int size) {
    return Targets.newBuilder()
        .setMomentumEncoder(momentum(momentum))
        .setQueue(FeatureQueue.newBuilder().setSize(size))
        .build();
  }
}
