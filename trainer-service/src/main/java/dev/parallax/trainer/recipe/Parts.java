package dev.parallax.trainer.recipe;

import dev.parallax.trainer.v1.Adam;
import dev.parallax.trainer.v1.BatchNormPolicy;
import dev.parallax.trainer.v1.BatchNormStatistics;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.GaussianBlur;
import dev.parallax.trainer.v1.Grayscale;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.HorizontalFlip;
import dev.parallax.trainer.v1.Lars;
import dev.parallax.trainer.v1.MomentumEncoder;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RandomResizedCrop;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.RateStep;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Sgd;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Solarize;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.Translate;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.List;

/** What presets of several methods are built of. Each preset names the source of its numbers. */
final class Parts {
  private Parts() {}

  /** The similarity of most methods, the cosine, is set. */
  static Recipe.Builder recipe(String name, String source) {
    return Recipe.newBuilder()
        .setName(name)
        .setSource(source)
        .setSimilarity(Similarity.SIMILARITY_COSINE);
  }

  static Views views(int imageSize, ViewPipeline.Builder... pipelines) {
    Views.Builder views = Views.newBuilder().setImageSize(imageSize);
    for (ViewPipeline.Builder pipeline : pipelines) {
      views.addPipelines(pipeline);
    }
    return views.build();
  }

  /** A random resized crop of at least that share of the area, then a flip, for one view. */
  static ViewPipeline.Builder cropAndFlip(double minScale) {
    return ViewPipeline.newBuilder()
        .setCount(1)
        .setCrop(RandomResizedCrop.newBuilder().setMinScale(minScale).setMaxScale(1))
        .setFlip(flip());
  }

  /** SimCLR's order: crop, flip, jitter four times in five, and grey one time in five. */
  static ViewPipeline.Builder cropAndColor(double minScale, double strength, double hue) {
    return cropAndFlip(minScale)
        .setColorJitter(jitter(strength, strength, strength, hue, 0.8))
        .setGrayscale(gray(0.2));
  }

  /** Views of instance discrimination: crop and a jitter that is always there, grey in a fifth. */
  static ViewPipeline.Builder instanceView() {
    return ViewPipeline.newBuilder()
        .setCount(1)
        .setCrop(RandomResizedCrop.newBuilder().setMinScale(0.2).setMaxScale(1))
        .setColorJitter(jitter(0.4, 0.4, 0.4, 0.4, 1))
        .setGrayscale(gray(0.2));
  }

  static HorizontalFlip flip() {
    return HorizontalFlip.newBuilder().setProbability(0.5).build();
  }

  static ColorJitter jitter(
      double brightness, double contrast, double saturation, double hue, double probability) {
    return ColorJitter.newBuilder()
        .setBrightness(brightness)
        .setContrast(contrast)
        .setSaturation(saturation)
        .setHue(hue)
        .setProbability(probability)
        .build();
  }

  static Grayscale gray(double probability) {
    return Grayscale.newBuilder().setProbability(probability).build();
  }

  /** Standard deviations of 0.1 to 2 pixels, as every method that blurs has them. */
  static GaussianBlur blur(double probability) {
    return GaussianBlur.newBuilder()
        .setProbability(probability)
        .setMinSigma(0.1)
        .setMaxSigma(2)
        .build();
  }

  /** At half of the brightest value. */
  static Solarize solarize(double probability) {
    return Solarize.newBuilder().setProbability(probability).setThreshold(128).build();
  }

  static Translate translate(int pixels, double probability) {
    return Translate.newBuilder().setPixels(pixels).setProbability(probability).build();
  }

  static Encoder resnet(int depth, double width, Stem stem) {
    return encoder(ResNet.newBuilder().setDepth(depth).setWidth(width).setStem(stem));
  }

  static Encoder encoder(ResNet.Builder resnet) {
    return Encoder.newBuilder().setResnet(resnet).build();
  }

  /** ResNet-50 for 224 pixels: 2048 features. */
  static Encoder resnet50() {
    return resnet(50, 1, Stem.STEM_IMAGENET);
  }

  /** ResNet-18 for 32 pixels: 512 features. */
  static Encoder resnet18() {
    return resnet(18, 1, Stem.STEM_CIFAR);
  }

  /** ResNet-18 of a quarter of the width: 128 features. */
  static Encoder smallResnet18() {
    return resnet(18, 0.25, Stem.STEM_CIFAR);
  }

  static Extraction projection(HeadLayer... layers) {
    return Extraction.newBuilder().addAllProjection(List.of(layers)).build();
  }

  static HeadLayer linear(int size) {
    return HeadLayer.newBuilder().setSize(size).build();
  }

  static HeadLayer relu(int size) {
    return HeadLayer.newBuilder().setSize(size).setRelu(true).build();
  }

  static HeadLayer norm(int size) {
    return HeadLayer.newBuilder().setSize(size).setBatchNorm(true).build();
  }

  static HeadLayer normRelu(int size) {
    return HeadLayer.newBuilder().setSize(size).setBatchNorm(true).setRelu(true).build();
  }

  static HeadLayer fixedNorm(int size) {
    return HeadLayer.newBuilder().setSize(size).setBatchNorm(true).setFixedNorm(true).build();
  }

  static MomentumEncoder momentum(double momentum) {
    return MomentumEncoder.newBuilder().setMomentum(momentum).build();
  }

  static BatchNormPolicy batchNorm(BatchNormStatistics statistics) {
    return BatchNormPolicy.newBuilder().setStatistics(statistics).build();
  }

  /** Each view by itself, over all devices: what synchronised batch norm is in a pass per view. */
  static BatchNormPolicy perView() {
    return batchNorm(BatchNormStatistics.BATCH_NORM_STATISTICS_PER_VIEW);
  }

  /** Shuffled batch norm, as on that many devices. */
  static BatchNormPolicy shuffled(int devices) {
    return BatchNormPolicy.newBuilder()
        .setStatistics(BatchNormStatistics.BATCH_NORM_STATISTICS_SHUFFLED)
        .setGroups(devices)
        .build();
  }

  /** Momentum 0.9 and half a cosine. */
  static Optimization.Builder sgd(double rate, RateScaling scaling) {
    return cosine(rate, scaling).setSgd(Sgd.newBuilder().setMomentum(0.9));
  }

  /** Momentum 0.9, trust coefficient 0.001, not on biases and batch norm; half a cosine. */
  static Optimization.Builder lars(double rate, RateScaling scaling) {
    return cosine(rate, scaling)
        .setLars(Lars.newBuilder().setMomentum(0.9).setTrustCoefficient(0.001))
        .setExcludeBiasAndNorm(true);
  }

  /** Half a cosine. */
  static Optimization.Builder adam(double rate, double beta1, double beta2, double epsilon) {
    return cosine(rate, RateScaling.RATE_SCALING_NONE)
        .setAdam(Adam.newBuilder().setBeta1(beta1).setBeta2(beta2).setEpsilon(epsilon));
  }

  /** Half a cosine; the optimiser is not set. */
  static Optimization.Builder cosine(double rate, RateScaling scaling) {
    return Optimization.newBuilder()
        .setLearningRate(rate)
        .setRateScaling(scaling)
        .setDecay(Decay.DECAY_COSINE);
  }

  /**
   * For two CPU cores and minutes: rate and weight decay of lightly's CIFAR-10 benchmark, 0.06 for
   * 128 images and 5e-4 (cifar10_benchmark.py), with a short warm-up.
   */
  static Optimization.Builder smallSgd(int batch) {
    return sgd(0.12, RateScaling.RATE_SCALING_LINEAR)
        .setWeightDecay(5e-4)
        .setBatchSize(batch)
        .setEpochs(10)
        .setWarmupEpochs(0.5);
  }

  /**
   * For few images, whose epochs have few steps: small batches at lightly's rate of 0.06, whatever
   * their size.
   */
  static Optimization.Builder smallSteps(int batch) {
    return smallSgd(batch).setLearningRate(0.06).setRateScaling(RateScaling.RATE_SCALING_NONE);
  }

  static RateStep step(int epoch, double factor) {
    return RateStep.newBuilder().setEpoch(epoch).setFactor(factor).build();
  }
}
