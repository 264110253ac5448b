package dev.parallax.trainer.recipe;

import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.SwappedPrediction;
import dev.parallax.trainer.v1.Targets;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossChecksTest {
  @ParameterizedTest
  @MethodSource({"losses", "similarities", "targets"})
  void numbersOutOfRange_areRefused(Refusal refusal) {
    refusal.holds();
  }

  static Stream<Refusal> losses() {
    return Stream.of(
        Refusal.of(
            Compositions.ntXent(),
            r -> r.clearLoss(),
            "loss is not set; allowed: nt_xent, info_nce, bank_nce, instance_spreading,"
                + " normalized_mse, negative_cosine, swapped_prediction, row_prediction,"
                + " multi_scale_nce, cross_entropy or distillation"),
        loss(
            Compositions.ntXent(),
            l -> l.getNtXentBuilder().setTemperature(0),
            "nt_xent.temperature is 0; allowed: 0.001 to 10"),
        loss(
            Compositions.infoNce(),
            l -> l.getInfoNceBuilder().setTemperature(11),
            "info_nce.temperature is 11; allowed: 0.001 to 10"),
        loss(
            Compositions.bankNce(),
            l -> l.getBankNceBuilder().setTemperature(0),
            "bank_nce.temperature is 0; allowed: 0.001 to 10"),
        loss(
            Compositions.bankNce(),
            l -> l.getBankNceBuilder().setNegatives(-1),
            "bank_nce.negatives is -1; allowed: 0 to 1048576"),
        loss(
            Compositions.instanceSpreading(),
            l -> l.getInstanceSpreadingBuilder().setTemperature(-1),
            "instance_spreading.temperature is -1; allowed: 0.001 to 10"),
        swapped(s -> s.setTemperature(0), "temperature is 0; allowed: 0.001 to 10"),
        swapped(s -> s.setSinkhornEpsilon(0), "sinkhorn_epsilon is 0; allowed: 0.001 to 10"),
        swapped(s -> s.setSinkhornIterations(0), "sinkhorn_iterations is 0; allowed: 1 to 100"),
        loss(
            Compositions.rowPrediction(),
            l -> l.getRowPredictionBuilder().setScale(0),
            "row_prediction.scale is 0; allowed: 0.001 to 10"),
        loss(
            Compositions.rowPrediction(),
            l -> l.getRowPredictionBuilder().setRowsAhead(0),
            "row_prediction.rows_ahead is 0; allowed: 1 to the grid's rows less 1"),
        loss(
            Compositions.multiScaleNce(),
            l -> l.getMultiScaleNceBuilder().clearPairs(),
            "multi_scale_nce.pairs is \"0 pairs\"; allowed: 1 to 16"),
        loss(
            Compositions.multiScaleNce(),
            l -> l.getMultiScaleNceBuilder().setLogitPenalty(11),
            "multi_scale_nce.logit_penalty is 11; allowed: 0 to 10"),
        loss(
            Compositions.crossEntropy(),
            l -> l.getCrossEntropyBuilder().setLabelFraction(0),
            "cross_entropy.label_fraction is 0; allowed: above 0, at most 1"),
        loss(
            Compositions.distillation(),
            l -> l.getDistillationBuilder().setTemperature(101),
            "distillation.temperature is 101; allowed: 0.001 to 100"));
  }

  static Stream<Refusal> similarities() {
    return Stream.of(
        Refusal.of(
            Compositions.ntXent(),
            r -> r.setSimilarityValue(77),
            "similarity is UNRECOGNIZED; allowed: SIMILARITY_COSINE, SIMILARITY_DOT,"
                + " SIMILARITY_BILINEAR or SIMILARITY_TANH_CLIPPED_DOT"),
        Refusal.of(
            Compositions.ntXent(),
            r -> r.setSimilarityClip(20),
            "similarity_clip is 20; allowed: 0 unless similarity is SIMILARITY_TANH_CLIPPED_DOT"),
        Refusal.of(
            Compositions.ntXent(),
            r -> r.setSimilarity(Similarity.SIMILARITY_TANH_CLIPPED_DOT),
            "similarity_clip is 0; allowed: 0.1 to 1000"));
  }

  static Stream<Refusal> targets() {
    return Stream.of(
        Refusal.of(
            Compositions.ntXent(),
            r -> r.clearTargets(),
            "targets is not set; allowed: in_batch, stop_gradient, momentum_encoder, memory_bank,"
                + " prototypes, labels or teacher"),
        targets(
            Compositions.infoNce(),
            t -> t.getMomentumEncoderBuilder().setMomentum(1),
            "momentum_encoder.momentum is 1; allowed: 0 or more, below 1"),
        targets(
            Compositions.bankNce(),
            t -> t.getMemoryBankBuilder().setMomentum(-0.5),
            "memory_bank.momentum is -0.5; allowed: 0 or more, below 1"),
        targets(
            Compositions.swappedPrediction(),
            t -> t.getPrototypesBuilder().setCount(1),
            "prototypes.count is 1; allowed: 2 to 65536"),
        targets(
            Compositions.swappedPrediction(),
            t -> t.getPrototypesBuilder().setFrozenEpochs(11),
            "prototypes.frozen_epochs is 11; allowed: 0 to 10, at most epochs"),
        targets(
            Compositions.infoNce(),
            t -> t.getQueueBuilder().setSize(0),
            "queue.size is 0; allowed: 1 to 1048576"),
        targets(
            Compositions.infoNce(),
            t -> t.getQueueBuilder().setFromEpoch(11),
            "queue.from_epoch is 11; allowed: 0 to 10, at most epochs"));
  }

  private static Refusal swapped(Consumer<SwappedPrediction.Builder> change, String message) {
    return loss(
        Compositions.swappedPrediction(),
        l -> change.accept(l.getSwappedPredictionBuilder()),
        "swapped_prediction." + message);
  }

  private static Refusal loss(Recipe.Builder valid, Consumer<Loss.Builder> change, String message) {
    return Refusal.of(valid, r -> change.accept(r.getLossBuilder()), "loss." + message);
  }

  private static Refusal targets(
      Recipe.Builder valid, Consumer<Targets.Builder> change, String message) {
    return Refusal.of(valid, r -> change.accept(r.getTargetsBuilder()), "targets." + message);
  }
}
