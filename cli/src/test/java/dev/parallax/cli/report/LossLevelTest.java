package dev.parallax.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.v1.BankNce;
import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.InfoNce;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.NegativeCosine;
import dev.parallax.trainer.v1.NormalizedMse;
import dev.parallax.trainer.v1.NtXent;
import dev.parallax.trainer.v1.Prototypes;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.SwappedPrediction;
import dev.parallax.trainer.v1.ViewPipeline;
import org.junit.jupiter.api.Test;

class LossLevelTest {
  private static Recipe.Builder recipe(Loss.Builder loss, int views) {
    Recipe.Builder recipe = Recipe.newBuilder().setLoss(loss);
    recipe.getViewsBuilder().addPipelines(ViewPipeline.newBuilder().setCount(views));
    recipe.getOptimizationBuilder().setBatchSize(256);
    return recipe;
  }

  private static double level(Recipe.Builder recipe) {
    return LossLevel.of(recipe.build(), 0).orElseThrow().value();
  }

  @Test
  void ntXent_chooseAmongTheOtherViews() {
    Loss.Builder loss = Loss.newBuilder().setNtXent(NtXent.getDefaultInstance());
    assertThat(level(recipe(loss, 2))).isCloseTo(Math.log(511), within(1e-12));
    assertThat(level(recipe(loss, 4))).isCloseTo(Math.log(1023), within(1e-12));
  }

  @Test
  void infoNce_choosesAmongQueueAndKey_orTheKeysOfTheBatch() {
    Recipe.Builder recipe = recipe(Loss.newBuilder().setInfoNce(InfoNce.getDefaultInstance()), 2);
    assertThat(level(recipe)).isCloseTo(Math.log(256), within(1e-12));
    recipe.getTargetsBuilder().setQueue(FeatureQueue.newBuilder().setSize(65_536));
    assertThat(level(recipe)).isCloseTo(Math.log(65_537), within(1e-12));
    recipe.getTargetsBuilder().getQueueBuilder().setFromEpoch(2);
    assertThat(LossLevel.of(recipe.build(), 0)).as("it changes on the way").isEmpty();
  }

  @Test
  void bankSoftmax_choosesAmongAllImages_ifTheirNumberIsKnown() {
    Recipe.Builder recipe = recipe(Loss.newBuilder().setBankNce(BankNce.getDefaultInstance()), 1);
    assertThat(LossLevel.of(recipe.build(), 50_000).orElseThrow().value())
        .isCloseTo(Math.log(50_000), within(1e-12));
    assertThat(LossLevel.of(recipe.build(), 0)).isEmpty();
    recipe.getLossBuilder().getBankNceBuilder().setNegatives(4096);
    assertThat(LossLevel.of(recipe.build(), 50_000)).as("no softmax").isEmpty();
  }

  @Test
  void swappedPrediction_choosesAmongPrototypes() {
    Recipe.Builder recipe =
        recipe(Loss.newBuilder().setSwappedPrediction(SwappedPrediction.getDefaultInstance()), 8);
    recipe.getTargetsBuilder().setPrototypes(Prototypes.newBuilder().setCount(3000));
    assertThat(level(recipe)).isCloseTo(Math.log(3000), within(1e-12));
  }

  @Test
  void lossesThatAreNoCrossEntropy_haveNeitherLevelNorNats() {
    for (Loss.Builder loss :
        new Loss.Builder[] {
          Loss.newBuilder().setNegativeCosine(NegativeCosine.getDefaultInstance()),
          Loss.newBuilder().setNormalizedMse(NormalizedMse.getDefaultInstance())
        }) {
      assertThat(LossLevel.of(recipe(loss, 2).build(), 100)).isEmpty();
      assertThat(LossLevel.unit(loss.build())).isEmpty();
    }
    assertThat(LossLevel.unit(Loss.newBuilder().setNtXent(NtXent.getDefaultInstance()).build()))
        .isEqualTo("nats");
  }
}
