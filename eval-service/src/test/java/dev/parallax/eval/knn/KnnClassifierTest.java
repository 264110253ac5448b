package dev.parallax.eval.knn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.eval.Golden;
import dev.parallax.eval.embeddings.Accuracy;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnnClassifierTest {

  @ParameterizedTest
  @CsvSource({"20, 0.07", "200, 0.1", "300, 1.0"})
  void predictions_agreeWithFaissAndNumpy(int k, double temperature) throws Exception {
    Golden golden = new Golden("knn.txt");
    LabelledEmbeddings test = Golden.testDigits();
    try (Cores cores = new Cores(2)) {
      int[] predicted =
          new KnnClassifier(k, new WeightedVote(temperature))
              .predict(Golden.trainDigits(), test.embeddings(), cores, Progress.NONE);

      assertThat(predicted).isEqualTo(golden.integers("k" + k + "_predicted"));
      assertThat(Accuracy.of(predicted, test.labels()))
          .isEqualTo(golden.value("k" + k + "_accuracy"));
    }
  }

  @Test
  void equalVotes_goToTheSmallerLabel() {
    NearestNeighbors tie = new NearestNeighbors(2, new int[] {0, 1}, new float[] {0.5f, 0.5f});
    assertThat(new WeightedVote(0.1).predict(tie, new int[] {2, 1}, 3)).containsExactly(1);
  }

  @Test
  void nearNeighbor_outvotesTwoFarOnes_onlyAtLowTemperature() {
    NearestNeighbors neighbors =
        new NearestNeighbors(3, new int[] {0, 1, 2}, new float[] {0.9f, 0.5f, 0.5f});
    int[] labels = {0, 1, 1};
    assertThat(new WeightedVote(0.1).predict(neighbors, labels, 2)).containsExactly(0);
    assertThat(new WeightedVote(10).predict(neighbors, labels, 2)).containsExactly(1);
  }

  @Test
  void tinyTemperature_doesNotOverflow() {
    NearestNeighbors neighbors =
        new NearestNeighbors(2, new int[] {0, 1}, new float[] {0.99f, 0.98f});
    assertThat(new WeightedVote(0.001).predict(neighbors, new int[] {1, 0}, 2)).containsExactly(1);
  }

  @Test
  void temperatureOfZero_isRefused() {
    assertThatThrownBy(() -> new WeightedVote(0))
        .hasMessage("temperature is 0.0; allowed: greater than 0");
  }
}
