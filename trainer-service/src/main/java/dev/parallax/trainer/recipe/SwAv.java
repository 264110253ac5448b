package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.adam;
import static dev.parallax.trainer.recipe.Parts.batchNorm;
import static dev.parallax.trainer.recipe.Parts.blur;
import static dev.parallax.trainer.recipe.Parts.cosine;
import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.normRelu;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.BatchNormStatistics;
import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.Larc;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Prototypes;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.SwappedPrediction;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;

/**
 * SwAV: Caron et al. 2020, "Unsupervised Learning of Visual Features by Contrasting Cluster
 * Assignments". Temperature 0.1, Sinkhorn with epsilon 0.05 and three rounds, projections of 128
 * dimensions, prototypes frozen in the first epoch (swav, main_swav.py). All views of one size go
 * through the encoder in one pass, and share the statistics of batch norm (resnet50.py, forward).
 */
final class SwAv {
  private SwAv() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * The script for one machine, swav_200ep_bs256_pretrain.sh: two views of 224 pixels and six of
   * 96, 3000 prototypes, a queue of 3840 from epoch 15, rate 0.6 to 0.0006 without warm-up, weight
   * decay 1e-6. LARC without clipping, trust coefficient 0.001. With 4096 images
   * (swav_800ep_pretrain.sh) the queue goes, and the rate is 4.8 to 0.0048 after 10 epochs of
   * warm-up. Colours of SimCLR and blur in every view (multicropdataset.py).
   */
  private static Recipe imagenet() {
    ViewPipeline.Builder small = cropAndColor(0.05, 0.8, 0.2).setBlur(blur(0.5)).setCount(6);
    small.setImageSize(96).getCropBuilder().setMaxScale(0.14);
    return recipe(
            "swav-imagenet",
            "Caron et al. 2020, section 4; facebookresearch/swav swav_200ep_bs256_pretrain.sh",
            3000)
        .setViews(views(224, cropAndColor(0.14, 0.8, 0.2).setBlur(blur(0.5)).setCount(2), small))
        .setEncoder(resnet50())
        .setExtraction(projection(normRelu(2048), linear(128)))
        .setOptimization(
            larc()
                .setFinalLearningRate(0.0006)
                .setWeightDecay(1e-6)
                .setBatchSize(256)
                .setEpochs(200))
        .mergeTargets(
            Targets.newBuilder()
                .setQueue(FeatureQueue.newBuilder().setSize(3840).setFromEpoch(15))
                .build())
        .build();
  }

  /**
   * lightly's cifar10_benchmark.py, its run of 800 epochs with 512 images: two views without blur,
   * 512 prototypes, Adam with 0.001 for 128 images and weight decay 1e-6. Colours as the authors
   * have them.
   */
  private static Recipe cifar() {
    return recipe("swav-cifar", "Caron et al. 2020; lightly-ai/lightly cifar10_benchmark.py", 512)
        .setViews(views(32, cropAndColor(0.14, 0.8, 0.2).setCount(2)))
        .setEncoder(resnet18())
        .setExtraction(projection(normRelu(512), linear(128)))
        .setOptimization(
            adam(0.004, 0.9, 0.999, 1e-8).setWeightDecay(1e-6).setBatchSize(512).setEpochs(800))
        .build();
  }

  /**
   * Adam with the rate of lightly's benchmark for 128 images; as many prototypes as a batch has
   * views, so that Sinkhorn's even shares can be had without a queue. SimCLR's weaker colours, as
   * in the other small recipes.
   */
  private static Recipe small() {
    return recipe(
            "swav-small",
            "Caron et al. 2020, scaled down; rates of lightly's CIFAR-10 benchmark",
            128)
        .setViews(views(32, cropAndColor(0.14, 0.4, 0.1).setCount(2)))
        .setEncoder(smallResnet18())
        .setExtraction(projection(normRelu(128), linear(128)))
        .setOptimization(
            adam(0.001, 0.9, 0.999, 1e-8)
                .setWeightDecay(1e-6)
                .setBatchSize(64)
                .setEpochs(10)
                .setWarmupEpochs(0.5))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source, int prototypes) {
    return Parts.recipe(name, source)
        .setLoss(
            Loss.newBuilder()
                .setSwappedPrediction(
                    SwappedPrediction.newBuilder()
                        .setTemperature(0.1)
                        .setSinkhornEpsilon(0.05)
                        .setSinkhornIterations(3)))
        .setTargets(
            Targets.newBuilder()
                .setPrototypes(Prototypes.newBuilder().setCount(prototypes).setFrozenEpochs(1)))
        .setBatchNorm(batchNorm(BatchNormStatistics.BATCH_NORM_STATISTICS_GLOBAL));
  }

  private static Optimization.Builder larc() {
    return cosine(0.6, RateScaling.RATE_SCALING_NONE)
        .setLarc(Larc.newBuilder().setMomentum(0.9).setTrustCoefficient(0.001));
  }
}
