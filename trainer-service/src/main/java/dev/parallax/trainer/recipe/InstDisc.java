package dev.parallax.trainer.recipe;

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

import dev.parallax.trainer.v1.BankNce;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.MemoryBank;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Targets;
import java.util.List;

/**
 * Instance discrimination: Wu et al. 2018, "Unsupervised Feature Learning via Non-Parametric
 * Instance Discrimination". A linear layer to 128 dimensions and a memory bank of momentum 0.5
 * (nce-m) in all of them. One view of an image has no pair whose batch norm could leak, and so they
 * set no policy.
 */
final class InstDisc {
  private InstDisc() {}

  static List<Recipe> recipes() {
    return List.of(imagenet(), cifar(), small());
  }

  /**
   * lemniscate.pytorch, main.py: its views, {@code --nce-k 4096 --nce-t 0.07 --lr 0.03 -b 256},
   * weight decay 1e-4, a tenth from epochs 120 and 160 of 200. ResNet-50 as in table 3 of the
   * paper; the script's own default is ResNet-18.
   */
  private static Recipe imagenet() {
    return recipe(
            "instdisc-imagenet", "Wu et al. 2018, section 4.2; zhirongw/lemniscate.pytorch main.py")
        .setViews(views(224, instanceView().setFlip(flip())))
        .setEncoder(resnet50())
        .setLoss(bankNce(0.07, 4096))
        .setOptimization(tenthsAt120And160())
        .build();
  }

  /**
   * lemniscate.pytorch, cifar.py: {@code --nce-k 0 --nce-t 0.1 --lr 0.03}, a softmax over the whole
   * bank, no flip, batches of 128, weight decay 5e-4, 200 epochs with a tenth from epoch 120 and a
   * hundredth from 160.
   */
  private static Recipe cifar() {
    return recipe(
            "instdisc-cifar", "Wu et al. 2018, section 4.1; zhirongw/lemniscate.pytorch cifar.py")
        .setViews(views(32, instanceView()))
        .setEncoder(resnet18())
        .setLoss(bankNce(0.1, 0))
        .setOptimization(tenthsAt120And160().setWeightDecay(5e-4).setBatchSize(128))
        .build();
  }

  /**
   * The loss and views of the CIFAR-10 recipe. An epoch of one view takes half the time of one of
   * two, and an entry of the bank is refreshed once in it: hence 20 of them.
   */
  private static Recipe small() {
    return recipe(
            "instdisc-small",
            "Wu et al. 2018, section 4.1, scaled down; rates of lightly's CIFAR-10 benchmark")
        .setViews(views(32, instanceView()))
        .setEncoder(smallResnet18())
        .setLoss(bankNce(0.1, 0))
        .setOptimization(smallSteps(64).setEpochs(20))
        .build();
  }

  /** The ImageNet schedule of main.py, which InvaSpread and MoCo v1 took over. */
  static Optimization.Builder tenthsAt120And160() {
    return sgd(0.03, RateScaling.RATE_SCALING_NONE)
        .setWeightDecay(1e-4)
        .setBatchSize(256)
        .setEpochs(200)
        .setDecay(Decay.DECAY_STEP)
        .addSteps(step(120, 0.1))
        .addSteps(step(160, 0.01));
  }

  private static Recipe.Builder recipe(String name, String source) {
    return Parts.recipe(name, source)
        .setExtraction(projection(linear(128)))
        .setTargets(Targets.newBuilder().setMemoryBank(MemoryBank.newBuilder().setMomentum(0.5)));
  }

  private static Loss bankNce(double temperature, int negatives) {
    return Loss.newBuilder()
        .setBankNce(BankNce.newBuilder().setTemperature(temperature).setNegatives(negatives))
        .build();
  }
}
