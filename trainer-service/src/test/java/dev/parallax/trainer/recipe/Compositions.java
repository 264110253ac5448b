package dev.parallax.trainer.recipe;

import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import java.util.List;

/**
 * A valid composition for every loss: 32 pixels, ResNet-18 of a quarter of the width (128 values),
 * a projection to 64 of them where there may be one, 256 images in a batch, 10 epochs.
 */
public final class Compositions {
  private Compositions() {}

  /** All of them. */
  public static List<Recipe.Builder> all() {
    return List.of(
        ntXent(),
        ntXentWithQueue(),
        infoNce(),
        bankNce(),
        instanceSpreading(),
        normalizedMse(),
        negativeCosine(),
        swappedPrediction(),
        rowPrediction(),
        multiScaleNce(),
        multiScaleNceOfAmdim(),
        crossEntropy(),
        distillation());
  }

  public static Recipe.Builder ntXent() {
    Recipe.Builder recipe = views(2);
    recipe.getLossBuilder().getNtXentBuilder().setTemperature(0.2);
    recipe.getTargetsBuilder().getInBatchBuilder();
    return recipe;
  }

  public static Recipe.Builder ntXentWithQueue() {
    Recipe.Builder recipe = ntXent();
    recipe.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.99);
    recipe.getTargetsBuilder().getQueueBuilder().setSize(1024);
    return recipe;
  }

  public static Recipe.Builder infoNce() {
    Recipe.Builder recipe = views(2);
    recipe.getLossBuilder().getInfoNceBuilder().setTemperature(0.2);
    recipe.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.99);
    recipe.getTargetsBuilder().getQueueBuilder().setSize(1024);
    return recipe;
  }

  public static Recipe.Builder bankNce() {
    Recipe.Builder recipe = views(1);
    recipe.getLossBuilder().getBankNceBuilder().setTemperature(0.1);
    recipe.getTargetsBuilder().getMemoryBankBuilder().setMomentum(0.5);
    return recipe;
  }

  public static Recipe.Builder instanceSpreading() {
    Recipe.Builder recipe = views(2);
    recipe.getLossBuilder().getInstanceSpreadingBuilder().setTemperature(0.1);
    recipe.getTargetsBuilder().getStopGradientBuilder();
    return recipe;
  }

  public static Recipe.Builder normalizedMse() {
    Recipe.Builder recipe = predicting();
    recipe.getLossBuilder().getNormalizedMseBuilder();
    recipe.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.99).setCosineToOne(true);
    return recipe;
  }

  public static Recipe.Builder negativeCosine() {
    Recipe.Builder recipe = predicting();
    recipe.getLossBuilder().getNegativeCosineBuilder();
    recipe.getTargetsBuilder().getStopGradientBuilder();
    return recipe;
  }

  public static Recipe.Builder swappedPrediction() {
    Recipe.Builder recipe = views(2);
    recipe.getViewsBuilder().addPipelinesBuilder().setCount(4).setImageSize(16);
    recipe
        .getLossBuilder()
        .getSwappedPredictionBuilder()
        .setTemperature(0.1)
        .setSinkhornEpsilon(0.05)
        .setSinkhornIterations(3);
    recipe.getTargetsBuilder().getPrototypesBuilder().setCount(512).setFrozenEpochs(1);
    recipe.getTargetsBuilder().getQueueBuilder().setSize(3840).setFromEpoch(5);
    return recipe;
  }

  /** A grid of 7 by 7 patches. */
  public static Recipe.Builder rowPrediction() {
    Recipe.Builder recipe = views(1).setSimilarity(Similarity.SIMILARITY_BILINEAR);
    recipe.getViewsBuilder().getPipelinesBuilder(0).getPatchesBuilder().setSize(8).setStride(4);
    recipe.getExtractionBuilder().getContextBuilder().setBlocks(5).setHidden(64);
    recipe.getLossBuilder().getRowPredictionBuilder().setScale(0.1).setRowsAhead(3);
    recipe.getTargetsBuilder().getInBatchBuilder();
    return recipe;
  }

  public static Recipe.Builder multiScaleNce() {
    Recipe.Builder recipe = views(2).setSimilarity(Similarity.SIMILARITY_DOT).clearExtraction();
    recipe
        .getLossBuilder()
        .getMultiScaleNceBuilder()
        .addPairsBuilder()
        .setFrom("pooled")
        .setTo("layer4");
    recipe.getTargetsBuilder().getInBatchBuilder();
    return recipe;
  }

  public static Recipe.Builder multiScaleNceOfAmdim() {
    Recipe.Builder recipe = multiScaleNce();
    recipe.setSimilarity(Similarity.SIMILARITY_TANH_CLIPPED_DOT).setSimilarityClip(20);
    recipe
        .getEncoderBuilder()
        .getAmdimBuilder()
        .setChannels(64)
        .setFeatures(256)
        .setDepth(2)
        .setBatchNorm(true);
    recipe
        .getLossBuilder()
        .getMultiScaleNceBuilder()
        .clearPairs()
        .setLogitPenalty(0.05)
        .addPairsBuilder()
        .setFrom("1")
        .setTo("7");
    recipe.getLossBuilder().getMultiScaleNceBuilder().addPairsBuilder().setFrom("5").setTo("5");
    return recipe;
  }

  public static Recipe.Builder crossEntropy() {
    Recipe.Builder recipe = views(1).setSimilarity(Similarity.SIMILARITY_UNSPECIFIED);
    recipe.getLossBuilder().getCrossEntropyBuilder().setLabelFraction(0.1);
    recipe.getTargetsBuilder().getLabelsBuilder();
    return recipe;
  }

  public static Recipe.Builder distillation() {
    Recipe.Builder recipe = views(1).setSimilarity(Similarity.SIMILARITY_UNSPECIFIED);
    recipe.getLossBuilder().getDistillationBuilder().setTemperature(1);
    recipe.getTargetsBuilder().getTeacherBuilder();
    return recipe;
  }

  private static Recipe.Builder predicting() {
    Recipe.Builder recipe = views(2);
    recipe.getExtractionBuilder().addPrediction(layer(32)).addPrediction(layer(64));
    return recipe;
  }

  private static Recipe.Builder views(int count) {
    Recipe.Builder recipe =
        Recipes.named("recipe", "simclr-small").toBuilder().clearLoss().clearTargets();
    recipe.getViewsBuilder().getPipelinesBuilder(0).setCount(count);
    recipe.getExtractionBuilder().clearProjection().addProjection(layer(128));
    recipe.getExtractionBuilder().addProjection(layer(64));
    return recipe;
  }

  private static HeadLayer layer(int size) {
    return HeadLayer.newBuilder().setSize(size).setBatchNorm(true).build();
  }
}
