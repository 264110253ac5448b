package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.adam;
import static dev.parallax.trainer.recipe.Parts.encoder;
import static dev.parallax.trainer.recipe.Parts.flip;
import static dev.parallax.trainer.recipe.Parts.gray;
import static dev.parallax.trainer.recipe.Parts.jitter;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.translate;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.Context;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.InBatch;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.RowPrediction;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;

/**
 * CPC v2: Henaff et al. 2020, "Data-Efficient Image Recognition with Contrastive Predictive
 * Coding", in the form of Falcon and Cho 2020 (lightning-bolts,
 * pl_bolts/models/self_supervised/cpc): layer norm, targets of 64 dimensions, a context of 5 blocks
 * and 256 channels, predictions scaled by 0.1, patches that overlap by half, Adam with betas 0.8
 * and 0.999, epsilon 1e-7 and weight decay 1e-5. Predictions are a matrix for each number of rows
 * times the context (eq. 1), compared by dot product: the bilinear similarity. Five rows ahead as
 * van den Oord et al. 2018 on a grid of 7 by 7.
 */
final class CpcV2 {
  private CpcV2() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * CPCTrainTransformsImageNet128 with patches of 32 pixels; 1000 epochs at a constant 4e-5 and
   * batches of 3072 (docs, table of CPC v2 results), of which each of 64 devices has 48 for
   * negatives. A plain ResNet-101 for bolts' wider one.
   */
  private static Recipe imagenet() {
    ViewPipeline.Builder view = view(32, 16).setColorJitter(jitter(0.4, 0.4, 0.4, 0.1, 0.8));
    view.getCropBuilder().setMinScale(0.3).setMaxScale(1);
    return recipe("cpc-v2-imagenet", "Henaff et al. 2020; Lightning-AI/lightning-bolts cpc")
        .setViews(views(128, view))
        .setEncoder(encoder(resnet(101, Stem.STEM_IMAGENET)))
        .setExtraction(extraction(5, 256))
        .setOptimization(constant().setBatchSize(48).setAccumulatedBatches(64).setEpochs(1000))
        .build();
  }

  /**
   * CPCTrainTransformsCIFAR10 with patches of 8 pixels; 1000 epochs at a constant 4e-5 and batches
   * of 64 (docs, table of CPC v2 results). A plain ResNet-101 for bolts' wider one.
   */
  private static Recipe cifar() {
    return recipe("cpc-v2-cifar", "Henaff et al. 2020; Lightning-AI/lightning-bolts cpc")
        .setViews(views(32, view(8, 4).setTranslate(translate(4, 0.8))))
        .setEncoder(encoder(resnet(101, Stem.STEM_IMAGENET)))
        .setExtraction(extraction(5, 256))
        .setOptimization(constant().setBatchSize(64).setEpochs(1000))
        .build();
  }

  /**
   * The views of the CIFAR-10 recipe; an encoder that keeps the patch's resolution at first, a
   * narrower context, and a rate of our own for so few steps.
   */
  private static Recipe small() {
    return recipe("cpc-v2-small", "Henaff et al. 2020, scaled down; rate of our own")
        .setViews(views(32, view(8, 4).setTranslate(translate(4, 0.8))))
        .setEncoder(encoder(resnet(18, Stem.STEM_CIFAR).setWidth(0.25)))
        .setExtraction(extraction(2, 64))
        .setOptimization(
            adam(0.001, 0.8, 0.999, 1e-7)
                .setWeightDecay(1e-5)
                .setBatchSize(64)
                .setEpochs(10)
                .setWarmupEpochs(0.5))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setSimilarity(Similarity.SIMILARITY_BILINEAR)
        .setLoss(
            Loss.newBuilder()
                .setRowPrediction(RowPrediction.newBuilder().setScale(0.1).setRowsAhead(5)))
        .setTargets(Targets.newBuilder().setInBatch(InBatch.getDefaultInstance()));
  }

  /** Jitter of the CIFAR-10 transforms; each patch has draws of its own (Henaff et al. 2020). */
  private static ViewPipeline.Builder view(int patch, int stride) {
    return ViewPipeline.newBuilder()
        .setCount(1)
        .setFlip(flip())
        .setPatches(Patches.newBuilder().setSize(patch).setStride(stride))
        .setColorJitter(jitter(0.4, 0.4, 0.4, 0.2, 0.8))
        .setGrayscale(gray(0.25));
  }

  private static ResNet.Builder resnet(int depth, Stem stem) {
    return ResNet.newBuilder().setDepth(depth).setWidth(1).setStem(stem).setNorm(Norm.NORM_LAYER);
  }

  private static Extraction extraction(int blocks, int hidden) {
    return Extraction.newBuilder()
        .addProjection(linear(64))
        .setContext(Context.newBuilder().setBlocks(blocks).setHidden(hidden))
        .build();
  }

  private static Optimization.Builder constant() {
    return adam(4e-5, 0.8, 0.999, 1e-7).setWeightDecay(1e-5).setDecay(Decay.DECAY_CONSTANT);
  }
}
