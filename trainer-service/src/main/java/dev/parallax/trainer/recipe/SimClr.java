package dev.parallax.trainer.recipe;

import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.GaussianBlur;
import dev.parallax.trainer.v1.Grayscale;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.HorizontalFlip;
import dev.parallax.trainer.v1.InBatch;
import dev.parallax.trainer.v1.Lars;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.NtXent;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RandomResizedCrop;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Sgd;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.List;

/**
 * SimCLR v1: Chen et al. 2020, "A Simple Framework for Contrastive Learning of Visual
 * Representations".
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
        .setViews(
            views(
                224,
                pipeline(0.08, 0.8, 0.2)
                    .setBlur(
                        GaussianBlur.newBuilder()
                            .setProbability(0.5)
                            .setMinSigma(0.1)
                            .setMaxSigma(2))))
        .setEncoder(resnet(50, 1, Stem.STEM_IMAGENET))
        .setExtraction(head(2048))
        .setLoss(ntXent(0.1))
        .setOptimization(
            cosine()
                .setLars(Lars.newBuilder().setMomentum(0.9).setTrustCoefficient(0.001))
                .setLearningRate(0.3)
                .setRateScaling(RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-6)
                .setBatchSize(4096)
                .setEpochs(100)
                .setWarmupEpochs(10)
                .setExcludeBiasAndNorm(true))
        .build();
  }

  /** Appendix B.9: half the colour strength, no blur, temperature 0.5. */
  private static Recipe cifar() {
    return recipe("simclr-cifar", "Chen et al. 2020, appendix B.9")
        .setViews(views(32, pipeline(0.08, 0.4, 0.1)))
        .setEncoder(resnet(18, 1, Stem.STEM_CIFAR))
        .setExtraction(head(512))
        .setLoss(ntXent(0.5))
        .setOptimization(
            cosine()
                .setLars(Lars.newBuilder().setMomentum(0.9).setTrustCoefficient(0.001))
                .setLearningRate(1)
                .setRateScaling(RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(1e-6)
                .setBatchSize(512)
                .setEpochs(500)
                .setWarmupEpochs(10)
                .setExcludeBiasAndNorm(true))
        .build();
  }

  /**
   * For two CPU cores and minutes: a quarter of the width, and SGD with the rate of lightly's
   * CIFAR-10 benchmark (0.06 for 128 images).
   */
  private static Recipe small() {
    return recipe(
            "simclr-small", "Chen et al. 2020, scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, pipeline(0.2, 0.4, 0.1)))
        .setEncoder(resnet(18, 0.25, Stem.STEM_CIFAR))
        .setExtraction(head(128))
        .setLoss(ntXent(0.2))
        .setOptimization(
            cosine()
                .setSgd(Sgd.newBuilder().setMomentum(0.9))
                .setLearningRate(0.12)
                .setRateScaling(RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(5e-4)
                .setBatchSize(256)
                .setEpochs(10)
                .setWarmupEpochs(0.5))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Recipe.newBuilder()
        .setName(name)
        .setSource(source)
        .setSimilarity(Similarity.SIMILARITY_COSINE)
        .setTargets(Targets.newBuilder().setInBatch(InBatch.getDefaultInstance()));
  }

  private static Views views(int imageSize, ViewPipeline.Builder pipeline) {
    return Views.newBuilder().setImageSize(imageSize).addPipelines(pipeline.setCount(2)).build();
  }

  /** Crop, flip, then colour as torchvision's strengths, and grey one time in five. */
  private static ViewPipeline.Builder pipeline(double minScale, double strength, double hue) {
    return ViewPipeline.newBuilder()
        .setCrop(RandomResizedCrop.newBuilder().setMinScale(minScale).setMaxScale(1))
        .setFlip(HorizontalFlip.newBuilder().setProbability(0.5))
        .setColorJitter(
            ColorJitter.newBuilder()
                .setBrightness(strength)
                .setContrast(strength)
                .setSaturation(strength)
                .setHue(hue)
                .setProbability(0.8))
        .setGrayscale(Grayscale.newBuilder().setProbability(0.2));
  }

  private static Encoder resnet(int depth, double width, Stem stem) {
    return Encoder.newBuilder()
        .setResnet(ResNet.newBuilder().setDepth(depth).setWidth(width).setStem(stem))
        .build();
  }

  /** Two layers to 128 dimensions, batch norm on both. */
  private static Extraction head(int hidden) {
    return Extraction.newBuilder()
        .addProjection(HeadLayer.newBuilder().setSize(hidden).setBatchNorm(true).setRelu(true))
        .addProjection(HeadLayer.newBuilder().setSize(128).setBatchNorm(true))
        .build();
  }

  private static Loss ntXent(double temperature) {
    return Loss.newBuilder().setNtXent(NtXent.newBuilder().setTemperature(temperature)).build();
  }

  private static Optimization.Builder cosine() {
    return Optimization.newBuilder().setDecay(Decay.DECAY_COSINE);
  }
}
