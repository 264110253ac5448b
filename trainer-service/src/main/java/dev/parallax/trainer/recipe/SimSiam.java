package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.blur;
import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.encoder;
import static dev.parallax.trainer.recipe.Parts.fixedNorm;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.normRelu;
import static dev.parallax.trainer.recipe.Parts.perView;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.sgd;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSteps;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.NegativeCosine;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.StopGradient;
import dev.parallax.trainer.v1.Targets;
import java.util.List;

/**
 * SimSiam: Chen and He 2021, "Exploring Simple Siamese Representation Learning". Batch norm on
 * every layer of the projection, without factor and summand on the last; a prediction with a
 * bottleneck, at a constant rate (section 4.2). Each view goes through the network by itself
 * (simsiam, builder.py), with batch norm over all devices.
 */
final class SimSiam {
  private SimSiam() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * simsiam, main_simsiam.py {@code --fix-pred-lr}: views of MoCo v2, three layers of 2048,
   * bottleneck 512, residual branches that start at zero, SGD 0.05 for 256 images, weight decay
   * 1e-4, batches of 512, 100 epochs.
   */
  private static Recipe imagenet() {
    return recipe(
            "simsiam-imagenet",
            "Chen and He 2021, sections 3 and 4; facebookresearch/simsiam main_simsiam.py")
        .setViews(views(224, cropAndColor(0.2, 0.4, 0.1).setBlur(blur(0.5)).setCount(2)))
        .setEncoder(
            encoder(
                ResNet.newBuilder()
                    .setDepth(50)
                    .setWidth(1)
                    .setStem(Stem.STEM_IMAGENET)
                    .setZeroInitResidual(true)))
        .setExtraction(heads(2048, 512).addProjection(0, normRelu(2048)))
        .setOptimization(optimization(0.05, 1e-4, 512, 100))
        .build();
  }

  /**
   * Appendix D: SGD 0.03 for 256 images, weight decay 5e-4, batches of 512, 800 epochs, no blur,
   * two layers in the projection, 2048 dimensions.
   */
  private static Recipe cifar() {
    return recipe("simsiam-cifar", "Chen and He 2021, appendix D")
        .setViews(views(32, cropAndColor(0.2, 0.4, 0.1).setCount(2)))
        .setEncoder(resnet18())
        .setExtraction(heads(2048, 512))
        .setOptimization(optimization(0.03, 5e-4, 512, 800))
        .build();
  }

  /** The CIFAR-10 recipe in small batches, with its bottleneck of a quarter. */
  private static Recipe small() {
    return recipe(
            "simsiam-small",
            "Chen and He 2021, appendix D, scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, cropAndColor(0.2, 0.4, 0.1).setCount(2)))
        .setEncoder(smallResnet18())
        .setExtraction(heads(512, 128))
        .setOptimization(smallSteps(32).setConstantPredictionRate(true))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setLoss(Loss.newBuilder().setNegativeCosine(NegativeCosine.getDefaultInstance()))
        .setTargets(Targets.newBuilder().setStopGradient(StopGradient.getDefaultInstance()))
        .setBatchNorm(perView());
  }

  private static Extraction.Builder heads(int size, int bottleneck) {
    return Extraction.newBuilder()
        .addProjection(normRelu(size))
        .addProjection(fixedNorm(size))
        .addPrediction(normRelu(bottleneck))
        .addPrediction(linear(size));
  }

  private static Optimization.Builder optimization(
      double rate, double weightDecay, int batch, int epochs) {
    return sgd(rate, RateScaling.RATE_SCALING_LINEAR)
        .setWeightDecay(weightDecay)
        .setBatchSize(batch)
        .setEpochs(epochs)
        .setConstantPredictionRate(true);
  }
}
