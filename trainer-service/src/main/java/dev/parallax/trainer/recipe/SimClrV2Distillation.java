package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.cropAndFlip;
import static dev.parallax.trainer.recipe.Parts.lars;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSgd;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.Distillation;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.Teacher;
import java.util.List;

/**
 * SimCLR v2, the last step: a student learns the softmax of a fine-tuned teacher from images
 * without labels (Chen et al. 2020, section 2, eq. 2), at temperature 1 as for students that are
 * smaller than the teacher and in distillation_self_training.ipynb of google-research/simclr. One
 * view, cropped and flipped; rate, weight decay and batch of the pretraining, 400 epochs, 5 % of
 * them warm-up (section 3, settings). The student has no projection head.
 */
final class SimClrV2Distillation {
  private SimClrV2Distillation() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /** A plain ResNet-50, the paper's small student. */
  private static Recipe imagenet() {
    return recipe(
            "simclr-v2-distill-imagenet",
            "Chen et al. 2020 (SimCLR v2), sections 2 and 3; google-research/simclr")
        .setViews(views(224, cropAndFlip(0.08)))
        .setEncoder(resnet50())
        .setOptimization(
            lars(0.1, RateScaling.RATE_SCALING_SQRT)
                .setWeightDecay(1e-4)
                .setBatchSize(4096)
                .setEpochs(400)
                .setWarmupEpochs(20))
        .build();
  }

  /** Rate, weight decay and batch of {@code simclr-v2-cifar}. CIFAR-10 is not in the paper. */
  private static Recipe cifar() {
    return recipe(
            "simclr-v2-distill-cifar",
            "Chen et al. 2020 (SimCLR v2), sections 2 and 3; not published for CIFAR-10")
        .setViews(views(32, cropAndFlip(0.08)))
        .setEncoder(resnet18())
        .setOptimization(
            lars(1, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-4)
                .setBatchSize(512)
                .setEpochs(400)
                .setWarmupEpochs(20))
        .build();
  }

  /** One view, and so 20 epochs in the time of 10. */
  private static Recipe small() {
    return recipe(
            "simclr-v2-distill-small",
            "Chen et al. 2020 (SimCLR v2), scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, cropAndFlip(0.2)))
        .setEncoder(smallResnet18())
        .setOptimization(smallSgd(128).setEpochs(20))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setSimilarity(Similarity.SIMILARITY_DOT)
        .setLoss(Loss.newBuilder().setDistillation(Distillation.newBuilder().setTemperature(1)))
        .setTargets(Targets.newBuilder().setTeacher(Teacher.getDefaultInstance()));
  }
}
