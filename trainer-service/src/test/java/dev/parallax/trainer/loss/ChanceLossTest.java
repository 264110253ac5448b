package dev.parallax.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Similarity;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An encoder that gives every image the same vector has the loss of chance. */
class ChanceLossTest {
  private TensorScope scope;
  private Tensor temperature;

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @BeforeEach
  void open() {
    scope = TensorScope.root();
    temperature = scope.scalar(0.1);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void ntXent_isLogOfTheCandidates() {
    InBatchPairs pairs = InBatchPairs.of(scope, 4, 2);
    assertChance(NtXentLoss.of(alike(8, 8), pairs, temperature), NtXentLoss.chance(pairs, 0));
    assertChance(
        NtXentLoss.of(alike(8, 8), pairs, temperature, alike(8, 16)), NtXentLoss.chance(pairs, 16));
    assertThat(NtXentLoss.chance(pairs, 16)).isEqualTo(Math.log(7 + 16));
  }

  @Test
  void infoNce_isLogOfNegativesAndThePositive() {
    assertChance(InfoNceLoss.of(alike(4, 1), alike(4, 16), temperature), InfoNceLoss.chance(16));
    assertChance(InfoNceLoss.ofMatrix(alike(5, 5), temperature), InfoNceLoss.chance(4));
  }

  @Test
  void bankSoftmax_isLogOfTheBank() {
    assertChance(
        BankSoftmaxLoss.of(alike(2, 50), scope.longs(new long[] {3, 49}, 2, 1), temperature),
        BankSoftmaxLoss.chance(50));
  }

  @Test
  void nce_withTheNormalizerOfItsBatch() {
    float[] similarities = new float[4 * 9];
    Arrays.fill(similarities, 0.5f);
    double z = NceLoss.normalizer(similarities, 0.07, 1000);
    assertChance(NceLoss.of(alike(4, 1), alike(4, 8), 0.07, z, 1000), NceLoss.chance(8));
  }

  @Test
  void instanceSpreading() {
    assertChance(
        InstanceSpreadingLoss.of(alike(5, 3), alike(5, 3), temperature),
        InstanceSpreadingLoss.chance(5));
  }

  @Test
  void swappedPrediction_isLogOfThePrototypes() {
    Tensor scores = alike(4, 30);
    Tensor assignments = Sinkhorn.assignments(scores, 0.05, 3);
    assertChance(
        SwappedPredictionLoss.of(
            List.of(scores, scores), List.of(assignments, assignments), List.of(0, 1), temperature),
        SwappedPredictionLoss.chance(30));
  }

  @Test
  void rowPrediction_isLogOfAllPlacesOfTheBatch() {
    assertChance(
        RowPredictionLoss.of(List.of(alike(2, 3, 4, 5), alike(2, 2, 4, 5)), alike(2, 4, 4, 5)),
        RowPredictionLoss.chance(2, 16));
  }

  @Test
  void multiScale_isLogOfOnePlaceAndThoseOfOtherImages() {
    var clipped = SimilarityFunction.of(Similarity.SIMILARITY_TANH_CLIPPED_DOT, 20);
    assertChance(
        MultiScaleNceLoss.of(alike(4, 3), alike(4, 3, 25), clipped, 0),
        MultiScaleNceLoss.chance(4, 25));
  }

  @Test
  void classifiers_areLogOfTheClasses() {
    assertChance(
        CrossEntropyLoss.of(alike(2, 10), scope.longs(new long[] {0, 9}, 2, 1)),
        CrossEntropyLoss.chance(10));
    Tensor teacher = scope.floats(new float[] {1, 2, 3, -1, 0, 5}, 2, 3);
    assertChance(
        DistillationLoss.of(alike(2, 3), teacher, temperature), DistillationLoss.chance(3));
  }

  @Test
  void regression_hasNone_asItsLowestLossTellsNothingApart() {
    assertThat((double) RegressionLoss.negativeCosine(alike(4, 3), alike(4, 3)).item())
        .isCloseTo(-1, within(1e-6));
  }

  private Tensor alike(long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, 0.5f);
    return scope.floats(values, shape);
  }

  private static void assertChance(Tensor loss, double chance) {
    assertThat((double) loss.item()).isCloseTo(chance, within(1e-5 * chance));
  }
}
