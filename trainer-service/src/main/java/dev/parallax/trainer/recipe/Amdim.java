package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.adam;
import static dev.parallax.trainer.recipe.Parts.cropAndFlip;
import static dev.parallax.trainer.recipe.Parts.gray;
import static dev.parallax.trainer.recipe.Parts.jitter;
import static dev.parallax.trainer.recipe.Parts.perView;
import static dev.parallax.trainer.recipe.Parts.step;
import static dev.parallax.trainer.recipe.Parts.translate;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.InBatch;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.MapPair;
import dev.parallax.trainer.v1.MultiScaleNce;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;

/**
 * AMDIM: Bachman et al. 2019, "Learning Representations by Maximizing Mutual Information Across
 * Views". Scores clipped at 20, a penalty of 0.05 on their squares, maps 1 to 5, 1 to 7 and 5 to 5
 * (amdim-public, costs.py); Adam with 2e-4, betas 0.8 and 0.999, weight decay 1e-5, warm-up over
 * 500 updates (task_self_supervised.py). The encoder has no batch norm but on the three maps, and
 * sees one view at a time (model.py).
 */
final class Amdim {
  private Amdim() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * The command of the README for four devices, {@code --ndf 192 --n_rkhs 1536 --n_depth 8
   * --batch_size 480}; views of TransformsImageNet128; a fifth from epochs 30 and 45 of 50. The
   * paper's largest has 320 and 2560 at depth 10.
   */
  private static Recipe imagenet() {
    return recipe("amdim-imagenet", "Bachman et al. 2019; Philip-Bachman/amdim-public README")
        .setViews(views(128, cropped(0.3).setColorJitter(jitter(0.4, 0.4, 0.4, 0.1, 0.8))))
        .setEncoder(encoder(192, 1536, 8))
        .setOptimization(fifthsAt(30, 45).setBatchSize(480).setEpochs(50))
        .build();
  }

  /**
   * Views of TransformsC10; 320 channels, 1280 features, depth 10 and batches of 200 as
   * lightning-bolts has them for CIFAR-10 (amdim_module.py); a fifth from epochs 250 and 280 of
   * 300.
   */
  private static Recipe cifar() {
    return recipe(
            "amdim-cifar",
            "Bachman et al. 2019; Philip-Bachman/amdim-public; Lightning-AI/lightning-bolts amdim")
        .setViews(views(32, cropped(0.3).clearCrop().setTranslate(translate(4, 0.8))))
        .setEncoder(encoder(320, 1280, 10))
        .setOptimization(fifthsAt(250, 280).setBatchSize(200).setEpochs(300))
        .build();
  }

  /**
   * Crops in place of shifts, as amdim-public has them for all but CIFAR-10, so that the task is
   * not solved by colours; a rate of our own for a narrow encoder and few steps.
   */
  private static Recipe small() {
    return recipe("amdim-small", "Bachman et al. 2019, scaled down; rate of our own")
        .setViews(views(32, cropped(0.3)))
        .setEncoder(encoder(32, 256, 2))
        .setOptimization(
            adam(5e-4, 0.8, 0.999, 1e-8)
                .setWeightDecay(1e-5)
                .setBatchSize(128)
                .setEpochs(10)
                .setWarmupSteps(50))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setSimilarity(Similarity.SIMILARITY_TANH_CLIPPED_DOT)
        .setSimilarityClip(20)
        .setLoss(
            Loss.newBuilder()
                .setMultiScaleNce(
                    MultiScaleNce.newBuilder()
                        .addPairs(pair("1", "5"))
                        .addPairs(pair("1", "7"))
                        .addPairs(pair("5", "5"))
                        .setLogitPenalty(0.05)))
        .setTargets(Targets.newBuilder().setInBatch(InBatch.getDefaultInstance()))
        .setBatchNorm(perView());
  }

  /** Two views with the jitter of the transforms for 32 and 64 pixels. */
  private static ViewPipeline.Builder cropped(double minScale) {
    return cropAndFlip(minScale)
        .setCount(2)
        .setColorJitter(jitter(0.4, 0.4, 0.4, 0.2, 0.8))
        .setGrayscale(gray(0.25));
  }

  private static Encoder encoder(int channels, int features, int depth) {
    return Encoder.newBuilder()
        .setAmdim(
            dev.parallax.trainer.v1.Amdim.newBuilder()
                .setChannels(channels)
                .setFeatures(features)
                .setDepth(depth))
        .build();
  }

  private static Optimization.Builder fifthsAt(int first, int second) {
    return adam(2e-4, 0.8, 0.999, 1e-8)
        .setWeightDecay(1e-5)
        .setWarmupSteps(500)
        .setDecay(Decay.DECAY_STEP)
        .addSteps(step(first, 0.2))
        .addSteps(step(second, 0.04));
  }

  private static MapPair pair(String from, String to) {
    return MapPair.newBuilder().setFrom(from).setTo(to).build();
  }
}
