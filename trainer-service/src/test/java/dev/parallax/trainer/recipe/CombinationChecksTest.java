package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.v1.BatchNormStatistics.BATCH_NORM_STATISTICS_GLOBAL;
import static dev.parallax.trainer.v1.BatchNormStatistics.BATCH_NORM_STATISTICS_PER_VIEW;
import static dev.parallax.trainer.v1.BatchNormStatistics.BATCH_NORM_STATISTICS_SHUFFLED;
import static dev.parallax.trainer.v1.BatchNormStatistics.BATCH_NORM_STATISTICS_SPLIT;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parallax.trainer.v1.BatchNormStatistics;
import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.MultiScaleNce;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CombinationChecksTest {
  @ParameterizedTest
  @MethodSource({
    "views",
    "targets",
    "similarities",
    "heads",
    "queues",
    "rowPredictions",
    "featureMaps",
    "batchNorms"
  })
  void partsThatDoNotFit_areRefused(Refusal refusal) {
    refusal.holds();
  }

  @Test
  void everyLoss_hasACompositionThatIsAllowed() {
    assertThatCode(() -> Compositions.all().forEach(r -> RecipeChecks.check("recipe", r.build())))
        .doesNotThrowAnyException();
  }

  @Test
  void builtInRecipes_areAllowed() {
    assertThatCode(() -> Recipes.builtIn().forEach(r -> RecipeChecks.check("recipe", r)))
        .doesNotThrowAnyException();
  }

  @Test
  void negativeCosineWithoutStopGradient_isAllowedForItCollapses() {
    Recipe.Builder recipe = Compositions.negativeCosine();
    recipe.getTargetsBuilder().getInBatchBuilder();
    assertThatCode(() -> RecipeChecks.check("recipe", recipe.build())).doesNotThrowAnyException();
  }

  @Test
  void contrastOverKeys_takesEverySimilarity() {
    for (Similarity similarity : LossNeeds.SIMILARITIES) {
      int clip = similarity == Similarity.SIMILARITY_TANH_CLIPPED_DOT ? 10 : 0;
      for (Recipe.Builder recipe : List.of(Compositions.ntXent(), Compositions.infoNce())) {
        Recipe changed = recipe.setSimilarity(similarity).setSimilarityClip(clip).build();
        assertThatCode(() -> RecipeChecks.check("recipe", changed)).doesNotThrowAnyException();
      }
    }
  }

  static Stream<Refusal> views() {
    return Stream.of(
        count(Compositions.ntXent(), 1, "2 to 16 views in all with the loss nt_xent"),
        count(Compositions.infoNce(), 3, "2 views in all with the loss info_nce"),
        count(Compositions.bankNce(), 2, "1 view in all with the loss bank_nce"),
        count(
            Compositions.instanceSpreading(), 1, "2 views in all with the loss instance_spreading"),
        count(Compositions.normalizedMse(), 3, "2 views in all with the loss normalized_mse"),
        count(Compositions.negativeCosine(), 1, "2 views in all with the loss negative_cosine"),
        count(Compositions.rowPrediction(), 2, "1 view in all with the loss row_prediction"),
        count(Compositions.multiScaleNce(), 1, "2 views in all with the loss multi_scale_nce"),
        count(Compositions.crossEntropy(), 2, "1 view in all with the loss cross_entropy"),
        count(Compositions.distillation(), 2, "1 view in all with the loss distillation"),
        Refusal.of(
            Compositions.swappedPrediction(),
            r -> r.getViewsBuilder().removePipelines(1).getPipelinesBuilder(0).setCount(1),
            "views.pipelines is \"1 views in all\"; allowed: 2 to 16 views in all with the loss"
                + " swapped_prediction"),
        Refusal.of(
            Compositions.ntXent(),
            r -> r.getViewsBuilder().addPipelinesBuilder().setCount(4).setImageSize(16),
            "views.pipelines[1].image_size is 16; allowed: 0 or 32 with the loss nt_xent; views of"
                + " several sides need swapped_prediction"),
        Refusal.of(
            Compositions.ntXent(),
            r ->
                r.getViewsBuilder()
                    .getPipelinesBuilder(0)
                    .getPatchesBuilder()
                    .setSize(8)
                    .setStride(4),
            "views.pipelines[0].patches is set; allowed: only with the loss row_prediction"));
  }

  static Stream<Refusal> targets() {
    return Stream.of(
        target(
            Compositions.ntXent(),
            r -> r.getTargetsBuilder().getStopGradientBuilder(),
            "\"stop_gradient\"; allowed: in_batch or momentum_encoder with the loss nt_xent"),
        target(
            Compositions.infoNce(),
            r -> r.getTargetsBuilder().getInBatchBuilder(),
            "\"in_batch\"; allowed: momentum_encoder with the loss info_nce"),
        target(
            Compositions.bankNce(),
            r -> r.getTargetsBuilder().getInBatchBuilder(),
            "\"in_batch\"; allowed: memory_bank with the loss bank_nce"),
        target(
            Compositions.ntXent(),
            r -> r.getTargetsBuilder().getMemoryBankBuilder(),
            "\"memory_bank\"; allowed: in_batch or momentum_encoder with the loss nt_xent"),
        target(
            Compositions.instanceSpreading(),
            r -> r.getTargetsBuilder().getInBatchBuilder(),
            "\"in_batch\"; allowed: stop_gradient with the loss instance_spreading"),
        target(
            Compositions.normalizedMse(),
            r -> r.getTargetsBuilder().getInBatchBuilder(),
            "\"in_batch\"; allowed: momentum_encoder or stop_gradient with the loss"
                + " normalized_mse"),
        target(
            Compositions.negativeCosine(),
            r -> r.getTargetsBuilder().getLabelsBuilder(),
            "\"labels\"; allowed: stop_gradient, momentum_encoder or in_batch with the loss"
                + " negative_cosine"),
        target(
            Compositions.swappedPrediction(),
            r -> r.getTargetsBuilder().getInBatchBuilder(),
            "\"in_batch\"; allowed: prototypes with the loss swapped_prediction"),
        target(
            Compositions.infoNce(),
            r -> r.getTargetsBuilder().getPrototypesBuilder().setCount(512),
            "\"prototypes\"; allowed: momentum_encoder with the loss info_nce"),
        target(
            Compositions.rowPrediction(),
            r -> r.getTargetsBuilder().getTeacherBuilder(),
            "\"teacher\"; allowed: in_batch with the loss row_prediction"),
        target(
            Compositions.multiScaleNce(),
            r -> r.getTargetsBuilder().getStopGradientBuilder(),
            "\"stop_gradient\"; allowed: in_batch with the loss multi_scale_nce"),
        target(
            Compositions.crossEntropy(),
            r -> r.getTargetsBuilder().getInBatchBuilder(),
            "\"in_batch\"; allowed: labels with the loss cross_entropy"),
        target(
            Compositions.distillation(),
            r -> r.getTargetsBuilder().getLabelsBuilder(),
            "\"labels\"; allowed: teacher with the loss distillation"));
  }

  static Stream<Refusal> similarities() {
    String any =
        "SIMILARITY_COSINE, SIMILARITY_DOT, SIMILARITY_BILINEAR or SIMILARITY_TANH_CLIPPED_DOT";
    return Stream.of(
        Refusal.of(
            Compositions.ntXent(),
            r -> r.clearSimilarity(),
            "similarity is SIMILARITY_UNSPECIFIED; allowed: " + any + " with the loss nt_xent"),
        dot(Compositions.bankNce(), "SIMILARITY_COSINE with the loss bank_nce"),
        dot(Compositions.instanceSpreading(), "SIMILARITY_COSINE with the loss instance_spreading"),
        dot(Compositions.normalizedMse(), "SIMILARITY_COSINE with the loss normalized_mse"),
        dot(Compositions.negativeCosine(), "SIMILARITY_COSINE with the loss negative_cosine"),
        dot(Compositions.swappedPrediction(), "SIMILARITY_COSINE with the loss swapped_prediction"),
        cosine(Compositions.rowPrediction(), "SIMILARITY_BILINEAR with the loss row_prediction"),
        cosine(
            Compositions.multiScaleNce(),
            "SIMILARITY_DOT or SIMILARITY_TANH_CLIPPED_DOT with the loss multi_scale_nce"),
        cosine(
            Compositions.crossEntropy(),
            "SIMILARITY_UNSPECIFIED or SIMILARITY_DOT with the loss cross_entropy"),
        cosine(
            Compositions.distillation(),
            "SIMILARITY_UNSPECIFIED or SIMILARITY_DOT with the loss distillation"),
        Refusal.of(
            Compositions.ntXent(),
            r -> {
              r.setSimilarity(Similarity.SIMILARITY_BILINEAR);
              r.getExtractionBuilder().removeProjection(1);
              r.getExtractionBuilder().getProjectionBuilder(0).setSize(16385);
            },
            "similarity is SIMILARITY_BILINEAR; allowed: vectors of at most 16384 values with it"
                + " (1 GiB of weights); these have 16385"));
  }

  static Stream<Refusal> heads() {
    return Stream.of(
        Refusal.of(
            Compositions.multiScaleNce(),
            r -> r.getExtractionBuilder().addProjectionBuilder().setSize(64),
            "extraction.projection is \"1 layer\"; allowed: none with the loss multi_scale_nce,"
                + " which reads feature maps"),
        Refusal.of(
            Compositions.ntXent(),
            r -> r.getExtractionBuilder().addPredictionBuilder().setSize(64),
            "extraction.prediction is \"1 layer\"; allowed: none with the loss nt_xent; info_nce,"
                + " normalized_mse and negative_cosine have a place for it"),
        Refusal.of(
            Compositions.negativeCosine(),
            r -> r.getExtractionBuilder().getPredictionBuilder(1).setSize(32),
            "extraction.prediction[1].size is 32; allowed: 64, the size of the projection that it"
                + " is compared with"),
        Refusal.of(
            Compositions.rowPrediction(),
            r -> r.getExtractionBuilder().addPredictionBuilder().setSize(64),
            "extraction.prediction is \"1 layer\"; allowed: none with the loss row_prediction; info_nce,"
                + " normalized_mse and negative_cosine have a place for it"),
        Refusal.of(
            Compositions.ntXent(),
            r -> r.getExtractionBuilder().getContextBuilder().setBlocks(5).setHidden(64),
            "extraction.context is set; allowed: only with the loss row_prediction"));
  }

  static Stream<Refusal> queues() {
    return Stream.of(
        Refusal.of(
            Compositions.ntXentWithQueue(),
            r -> r.getTargetsBuilder().clearQueue(),
            "targets.queue is not set; allowed: a queue, as nt_xent has no other use for a"
                + " momentum_encoder"),
        queue(
            Compositions.ntXent(),
            512,
            " is set; allowed: only with prototypes, or with momentum_encoder and the loss info_nce"
                + " or nt_xent"),
        queue(
            Compositions.normalizedMse(),
            512,
            " is set; allowed: only with prototypes, or with momentum_encoder and the loss info_nce"
                + " or nt_xent"),
        queue(
            Compositions.infoNce(),
            128,
            ".size is 128; allowed: a multiple of the 256 vectors that a batch adds"),
        queue(
            Compositions.infoNce(),
            1000,
            ".size is 1000; allowed: a multiple of the 256 vectors that a batch adds"),
        Refusal.of(
            Compositions.infoNce(),
            r -> {
              r.getLossBuilder().getInfoNceBuilder().setSymmetric(true);
              r.getTargetsBuilder().getQueueBuilder().setSize(768);
            },
            "targets.queue.size is 768; allowed: a multiple of the 512 vectors that a batch adds"),
        queue(
            Compositions.ntXentWithQueue(),
            256,
            ".size is 256; allowed: a multiple of the 512 vectors that a batch adds"),
        queue(
            Compositions.swappedPrediction(),
            3841,
            ".size is 3841; allowed: a multiple of the 256 vectors that a batch adds"));
  }

  static Stream<Refusal> rowPredictions() {
    return Stream.of(
        Refusal.of(
            Compositions.rowPrediction(),
            r -> r.getViewsBuilder().getPipelinesBuilder(0).clearPatches(),
            "views.pipelines[0].patches is not set; allowed: a grid of patches with the loss"
                + " row_prediction"),
        Refusal.of(
            Compositions.rowPrediction(),
            r -> r.getExtractionBuilder().clearContext(),
            "extraction.context is not set; allowed: the context that the loss row_prediction"
                + " predicts from"),
        Refusal.of(
            Compositions.rowPrediction(),
            r -> r.getLossBuilder().getRowPredictionBuilder().setRowsAhead(7),
            "loss.row_prediction.rows_ahead is 7; allowed: 1 to 6, with a grid of 7 rows"));
  }

  static Stream<Refusal> featureMaps() {
    return Stream.of(
        pair(
            Compositions.multiScaleNce(),
            "layer5",
            "layer4",
            "from is \"layer5\"; allowed: layer1, layer2, layer3, layer4 or pooled"),
        pair(
            Compositions.multiScaleNceOfAmdim(),
            "1",
            "pooled",
            "to is \"pooled\"; allowed: 7, 5 or 1"),
        pair(
            Compositions.multiScaleNce(),
            "pooled",
            "layer3",
            "to is \"layer3\"; allowed: layer4 or pooled, with the 128 channels of pooled"),
        pair(
            Compositions.multiScaleNce(),
            "layer2",
            "layer3",
            "to is \"layer3\"; allowed: layer2, with the 32 channels of layer2"),
        Refusal.of(
            Compositions.multiScaleNce(),
            r -> pairs(r).getPairsBuilder(0).setFrom("layer2").setTo("layer2"),
            "loss.multi_scale_nce.pairs is [layer2-layer2]; allowed: one pair or more with layer4 or"
                + " pooled, without which the representation is not trained"),
        Refusal.of(
            Compositions.multiScaleNceOfAmdim(),
            r -> pairs(r).getPairsBuilder(0).setFrom("7").setTo("7"),
            "loss.multi_scale_nce.pairs is [7-7, 5-5]; allowed: one pair or more with 1, without"
                + " which the representation is not trained"));
  }

  static Stream<Refusal> batchNorms() {
    return Stream.of(
        Refusal.of(
            Compositions.ntXent(),
            r -> r.getBatchNormBuilder(),
            "batch_norm.statistics is BATCH_NORM_STATISTICS_UNSPECIFIED; allowed:"
                + " BATCH_NORM_STATISTICS_GLOBAL, BATCH_NORM_STATISTICS_PER_VIEW,"
                + " BATCH_NORM_STATISTICS_SPLIT or BATCH_NORM_STATISTICS_SHUFFLED"),
        groups(
            BATCH_NORM_STATISTICS_GLOBAL,
            2,
            "groups is 2; allowed: 0 with BATCH_NORM_STATISTICS_GLOBAL"),
        groups(
            BATCH_NORM_STATISTICS_PER_VIEW,
            8,
            "groups is 8; allowed: 0 with BATCH_NORM_STATISTICS_PER_VIEW"),
        groups(
            BATCH_NORM_STATISTICS_SHUFFLED,
            1,
            "groups is 1; allowed: 2 to 128, for 2 images or more in a group"),
        groups(
            BATCH_NORM_STATISTICS_SPLIT,
            256,
            "groups is 256; allowed: 2 to 128, for 2 images or more in a group"),
        groups(
            BATCH_NORM_STATISTICS_SPLIT,
            3,
            "groups is 3; allowed: a divisor of batch_size, which is 256"),
        Refusal.of(
            Compositions.ntXent(),
            r -> r.getBatchNormBuilder().setStatistics(BATCH_NORM_STATISTICS_SHUFFLED).setGroups(8),
            "batch_norm.statistics is BATCH_NORM_STATISTICS_SHUFFLED; allowed: only with"
                + " targets.momentum_encoder, whose rows it shuffles"),
        Refusal.of(
            Compositions.ntXent(),
            r -> {
              r.getOptimizationBuilder().setBatchSize(3);
              r.getBatchNormBuilder().setStatistics(BATCH_NORM_STATISTICS_SPLIT).setGroups(2);
            },
            "optimization.batch_size is 3; allowed: 4 or more with BATCH_NORM_STATISTICS_SPLIT, for"
                + " 2 groups of 2 images"));
  }

  private static Refusal count(Recipe.Builder valid, int count, String allowed) {
    return Refusal.of(
        valid,
        r -> r.getViewsBuilder().getPipelinesBuilder(0).setCount(count),
        "views.pipelines is \"" + count + " views in all\"; allowed: " + allowed);
  }

  private static Refusal target(
      Recipe.Builder valid, Consumer<Recipe.Builder> change, String message) {
    return Refusal.of(valid, change, "targets is " + message);
  }

  private static Refusal dot(Recipe.Builder valid, String allowed) {
    return Refusal.of(
        valid,
        r -> r.setSimilarity(Similarity.SIMILARITY_DOT),
        "similarity is SIMILARITY_DOT; allowed: " + allowed);
  }

  private static Refusal cosine(Recipe.Builder valid, String allowed) {
    return Refusal.of(
        valid,
        r -> r.setSimilarity(Similarity.SIMILARITY_COSINE),
        "similarity is SIMILARITY_COSINE; allowed: " + allowed);
  }

  private static Refusal queue(Recipe.Builder valid, int size, String message) {
    return Refusal.of(
        valid,
        r -> r.getTargetsBuilder().setQueue(FeatureQueue.newBuilder().setSize(size)),
        "targets.queue" + message);
  }

  private static Refusal pair(Recipe.Builder valid, String from, String to, String message) {
    return Refusal.of(
        valid,
        r ->
            r.getLossBuilder().getMultiScaleNceBuilder().getPairsBuilder(0).setFrom(from).setTo(to),
        "loss.multi_scale_nce.pairs[0]." + message);
  }

  private static MultiScaleNce.Builder pairs(Recipe.Builder recipe) {
    return recipe.getLossBuilder().getMultiScaleNceBuilder();
  }

  private static Refusal groups(BatchNormStatistics statistics, int groups, String message) {
    return Refusal.of(
        Compositions.infoNce(),
        r -> r.getBatchNormBuilder().setStatistics(statistics).setGroups(groups),
        "batch_norm." + message);
  }
}
