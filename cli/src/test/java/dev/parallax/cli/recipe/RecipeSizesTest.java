package dev.parallax.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.cli.fake.FakeTrainer;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.Prototypes;
import dev.parallax.trainer.v1.RateStep;
import dev.parallax.trainer.v1.Recipe;
import org.junit.jupiter.api.Test;

class RecipeSizesTest {
  /** As MoCo v1 drops its rate at epochs 120 and 160 of 200, with SwAV's targets. */
  private static Recipe recipe() {
    Recipe.Builder recipe = FakeTrainer.recipe("mixed").toBuilder();
    recipe
        .getOptimizationBuilder()
        .setEpochs(200)
        .setWarmupEpochs(10)
        .setDecay(Decay.DECAY_STEP)
        .addSteps(RateStep.newBuilder().setEpoch(120).setFactor(0.1))
        .addSteps(RateStep.newBuilder().setEpoch(160).setFactor(0.01));
    recipe
        .getTargetsBuilder()
        .setPrototypes(Prototypes.newBuilder().setCount(512).setFrozenEpochs(1))
        .setQueue(FeatureQueue.newBuilder().setSize(3840).setFromEpoch(15));
    recipe.getBatchNormBuilder().setGroups(8);
    return recipe.build();
  }

  @Test
  void epochs_moveWhatHappensInOneOfThem() {
    Recipe shorter = RecipeSizes.withEpochs(recipe(), 20);
    assertThat(shorter.getOptimization().getEpochs()).isEqualTo(20);
    assertThat(shorter.getOptimization().getWarmupEpochs()).isEqualTo(10);
    assertThat(shorter.getOptimization().getStepsList())
        .extracting(RateStep::getEpoch)
        .containsExactly(12, 16);
    assertThat(shorter.getTargets().getQueue().getFromEpoch()).isEqualTo(1);
    assertThat(shorter.getTargets().getPrototypes().getFrozenEpochs()).isEqualTo(1);
    assertThat(RecipeSizes.withEpochs(recipe(), 200)).isEqualTo(recipe());
  }

  @Test
  void noEpochs_leaveNothingToHappen() {
    Recipe untrained = RecipeSizes.withEpochs(recipe(), 0);
    assertThat(untrained.getOptimization().getStepsList()).isEmpty();
    assertThat(untrained.getOptimization().getDecay()).isEqualTo(Decay.DECAY_CONSTANT);
    assertThat(untrained.getOptimization().getWarmupEpochs()).isZero();
    assertThat(untrained.getTargets().getQueue().getFromEpoch()).isZero();
    assertThat(untrained.getTargets().getPrototypes().getFrozenEpochs()).isZero();
  }

  @Test
  void batches_fillQueueAndGroups() {
    Recipe larger = RecipeSizes.withBatchSize(recipe(), 500);
    assertThat(larger.getOptimization().getBatchSize()).isEqualTo(500);
    assertThat(larger.getTargets().getQueue().getSize()).isEqualTo(3500);
    assertThat(RecipeSizes.withBatchSize(recipe(), 5000).getTargets().getQueue().getSize())
        .as("no shorter than a batch")
        .isEqualTo(5000);
    assertThat(RecipeSizes.withBatchSize(recipe(), 8).getBatchNorm().getGroups()).isEqualTo(4);
    assertThat(RecipeSizes.withBatchSize(FakeTrainer.recipe("simclr-small"), 64).getTargets())
        .isEqualTo(FakeTrainer.recipe("simclr-small").getTargets());
  }
}
