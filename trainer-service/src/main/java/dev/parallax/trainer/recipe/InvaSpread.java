package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Parts.batchNorm;
import static dev.parallax.trainer.recipe.Parts.flip;
import static dev.parallax.trainer.recipe.Parts.instanceView;
import static dev.parallax.trainer.recipe.Parts.linear;
import static dev.parallax.trainer.recipe.Parts.projection;
import static dev.parallax.trainer.recipe.Parts.resnet18;
import static dev.parallax.trainer.recipe.Parts.resnet50;
import static dev.parallax.trainer.recipe.Parts.sgd;
import static dev.parallax.trainer.recipe.Parts.smallResnet18;
import static dev.parallax.trainer.recipe.Parts.smallSteps;
import static dev.parallax.trainer.recipe.Parts.step;
import static dev.parallax.trainer.recipe.Parts.views;

import dev.parallax.trainer.v1.BatchNormStatistics;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.InstanceSpreading;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.StopGradient;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;

/**
 * InvaSpread: Ye et al. 2019, "Unsupervised Embedding Learning via Invariant and Spreading Instance
 * Feature". Temperature 0.1 and a linear layer to 128 dimensions in all of them
 * (Unsupervised_Embedding_Learning, demo_seen.py). Both views go through the network in one pass,
 * and share the statistics of batch norm.
 */
final class InvaSpread {
  private InvaSpread() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * The paper has no run on ImageNet. Its loss and views with encoder and schedule of instance
   * discrimination (lemniscate.pytorch, main.py), which its code extends.
   */
  private static Recipe imagenet() {
    return recipe(
            "invaspread-imagenet",
            "Ye et al. 2019, with the ImageNet schedule of Wu et al. 2018; not published")
        .setViews(views(224, view()))
        .setEncoder(resnet50())
        .setOptimization(InstDisc.tenthsAt120And160())
        .build();
  }

  /**
   * demo_seen.py: {@code --lr 0.03 --batch-size 128}, weight decay 5e-4, 301 epochs; the rate times
   * 0.1, 0.05 and 0.01 from epochs 120, 160 and 200.
   */
  private static Recipe cifar() {
    return recipe(
            "invaspread-cifar",
            "Ye et al. 2019, section 4.1; mangye16/Unsupervised_Embedding_Learning demo_seen.py")
        .setViews(views(32, view()))
        .setEncoder(resnet18())
        .setOptimization(
            sgd(0.03, RateScaling.RATE_SCALING_NONE)
                .setWeightDecay(5e-4)
                .setBatchSize(128)
                .setEpochs(301)
                .setDecay(Decay.DECAY_STEP)
                .addSteps(step(120, 0.1))
                .addSteps(step(160, 0.05))
                .addSteps(step(200, 0.01)))
        .build();
  }

  /** Views and temperature of the CIFAR-10 recipe; half of the batch. */
  private static Recipe small() {
    return recipe(
            "invaspread-small",
            "Ye et al. 2019, section 4.1, scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, view()))
        .setEncoder(smallResnet18())
        .setOptimization(smallSteps(64))
        .build();
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setExtraction(projection(linear(128)))
        .setLoss(
            Loss.newBuilder()
                .setInstanceSpreading(InstanceSpreading.newBuilder().setTemperature(0.1)))
        .setTargets(Targets.newBuilder().setStopGradient(StopGradient.getDefaultInstance()))
        .setBatchNorm(batchNorm(BatchNormStatistics.BATCH_NORM_STATISTICS_GLOBAL));
  }

  private static ViewPipeline.Builder view() {
    return instanceView().setFlip(flip()).setCount(2);
  }
}
