package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.blur;
import static dev.parallax.trainer.recipe.Parts.cropAndColor;
import static dev.parallax.trainer.recipe.Parts.cropAndFlip;
import static dev.parallax.trainer.recipe.Parts.gray;
import static dev.parallax.trainer.recipe.Parts.jitter;
import static dev.parallax.trainer.recipe.Parts.lars;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.momentum;
import static dev.parallax.trainer.recipe.Parts.normRelu;
import static dev.parallax.trainer.recipe.Parts.perView;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.sgd;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSteps;
import static dev.parallax.trainer.recipe.Parts.solarize;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.NormalizedMse;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;

/**
 * BYOL: Grill et al. 2020, "Bootstrap Your Own Latent". Projection and prediction have one hidden
 * layer with batch norm; the views differ in blur and solarization (appendix B). Both networks see
 * one view at a time (byol_experiment.py), with batch norm over all devices.
 */
final class Byol {
  private Byol() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * deepmind-research/byol, configs/byol.py for 1000 epochs: rate 0.2 for 256 images, weight decay
   * 1.5e-6, target decay from 0.996 (for 300: 0.3, 1e-6, 0.99; for 100: 0.45, 1e-6, 0.99), LARS
   * with trust coefficient 0.001, warm-up of 10 epochs; batches of 4096 as in the paper. Views of
   * utils/augmentations.py.
   */
  private static Recipe imagenet() {
    return recipe(
            "byol-imagenet",
            "Grill et al. 2020, section 3.2 and appendix B; deepmind-research/byol")
        .setViews(
            views(
                224,
                view(0.08).setBlur(blur(1)),
                view(0.08).setBlur(blur(0.1)).setSolarize(solarize(0.2))))
        .setEncoder(resnet50())
        .setExtraction(heads(4096, 256))
        .setTargets(target(0.996, true))
        .setOptimization(
            lars(0.2, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1.5e-6)
                .setBatchSize(4096)
                .setEpochs(1000)
                .setWarmupEpochs(10))
        .build();
  }

  /**
   * lightly's cifar10_benchmark.py, its run of 800 epochs with 512 images: views of SimCLR's
   * strength 0.5 without blur, heads of 1024 and 256, a constant decay of 0.99, SGD 0.06 for 128
   * images, weight decay 5e-4.
   */
  private static Recipe cifar() {
    return recipe("byol-cifar", "Grill et al. 2020; lightly-ai/lightly cifar10_benchmark.py")
        .setViews(views(32, cropAndColor(0.08, 0.4, 0.1).setCount(2)))
        .setEncoder(resnet18())
        .setExtraction(heads(1024, 256))
        .setTargets(target(0.99, false))
        .setOptimization(
            sgd(0.12, RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(5e-4)
                .setBatchSize(512)
                .setEpochs(800))
        .build();
  }

  /**
   * The authors' colours without blur, solarized in one view as in solo-learn's asymmetric views
   * for CIFAR-10. Few steps want a target that follows sooner: its decay rises from 0.95, where
   * configs/byol.py has 0.97 for its shortest run (40 epochs).
   */
  private static Recipe small() {
    return recipe(
            "byol-small", "Grill et al. 2020, scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, view(0.2), view(0.2).setSolarize(solarize(0.2))))
        .setEncoder(smallResnet18())
        .setExtraction(heads(256, 128))
        .setTargets(target(0.95, true))
        .setOptimization(smallSteps(32))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setLoss(Loss.newBuilder().setNormalizedMse(NormalizedMse.getDefaultInstance()))
        .setBatchNorm(perView());
  }

  /** Jitter and grey of utils/augmentations.py. */
  private static ViewPipeline.Builder view(double minScale) {
    return cropAndFlip(minScale)
        .setColorJitter(jitter(0.4, 0.4, 0.2, 0.1, 0.8))
        .setGrayscale(gray(0.2));
  }

  private static Extraction heads(int hidden, int size) {
    return Extraction.newBuilder()
        .addProjection(normRelu(hidden))
        .addProjection(linear(size))
        .addPrediction(normRelu(hidden))
        .addPrediction(linear(size))
        .build();
  }

  private static Targets target(double momentum, boolean cosineToOne) {
    return Targets.newBuilder()
        .setMomentumEncoder(momentum(momentum).toBuilder().setCosineToOne(cosineToOne))
        .build();
  }
}
