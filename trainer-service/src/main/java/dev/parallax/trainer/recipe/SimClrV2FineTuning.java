package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.cropAndFlip;
import static dev.parallax.trainer.recipe.Parts.lars;
import static dev.parallax.trainer.recipe.Parts.normRelu;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.sgd;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.CrossEntropy;
import dev.parallax.trainer.v1.Labels;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Targets;
import java.util.List;

/**
 * SimCLR v2, the first part of its second half: encoder and first layer of the head of {@link
 * SimClrV2} go on with a few labels (Chen et al. 2020, section 2, "Fine-tuning"). One view, cropped
 * and flipped; no weight decay, no warm-up (section 3, settings). A linear layer makes logits, by
 * dot products with its rows.
 */
final class SimClrV2FineTuning {
  private SimClrV2FineTuning() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * 1 % of the labels, 60 epochs, batches of 1024; the rate 0.002 times the root of the batch is
   * that of networks with selective kernels (others: 0.005, as in the README of
   * google-research/simclr).
   */
  private static Recipe imagenet() {
    return recipe(
            "simclr-v2-finetune-imagenet",
            "Chen et al. 2020 (SimCLR v2), sections 2 and 3; google-research/simclr README",
            0.01)
        .setViews(views(224, cropAndFlip(0.08)))
        .setEncoder(SimClrV2.selectiveResnet50())
        .setExtraction(projection(normRelu(2048)))
        .setOptimization(
            lars(0.002, RateScaling.RATE_SCALING_SQRT).setBatchSize(1024).setEpochs(60))
        .build();
  }

  /**
   * 10 % of the labels and 30 epochs as the paper has on ImageNet, with the rate of plain ResNets,
   * 0.005 times the root of the batch; the batch of the pretraining. CIFAR-10 is not in the paper.
   */
  private static Recipe cifar() {
    return recipe(
            "simclr-v2-finetune-cifar",
            "Chen et al. 2020 (SimCLR v2), sections 2 and 3; not published for CIFAR-10",
            0.1)
        .setViews(views(32, cropAndFlip(0.08)))
        .setEncoder(resnet18())
        .setExtraction(projection(normRelu(512)))
        .setOptimization(lars(0.005, RateScaling.RATE_SCALING_SQRT).setBatchSize(512).setEpochs(30))
        .build();
  }

  /**
   * After {@code simclr-v2-small}, for a thousand labelled images or so: small batches, and SGD.
   */
  private static Recipe small() {
    return recipe(
            "simclr-v2-finetune-small",
            "Chen et al. 2020 (SimCLR v2), sections 2 and 3, scaled down; rate of our own",
            0.1)
        .setViews(views(32, cropAndFlip(0.2)))
        .setEncoder(smallResnet18())
        .setExtraction(projection(normRelu(128)))
        .setOptimization(sgd(0.05, RateScaling.RATE_SCALING_NONE).setBatchSize(64).setEpochs(30))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source, double labels) {
    return Parts.recipe(name, source)
        .setSimilarity(Similarity.SIMILARITY_DOT)
        .setLoss(
            Loss.newBuilder().setCrossEntropy(CrossEntropy.newBuilder().setLabelFraction(labels)))
        .setTargets(Targets.newBuilder().setLabels(Labels.getDefaultInstance()));
  }
}
