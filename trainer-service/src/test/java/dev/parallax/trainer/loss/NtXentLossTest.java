package dev.parallax.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Similarity;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NtXentLossTest {
  private static final int D = 5;

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void masksSelfSimilarity() {
    // All vectors alike: every candidate but the row itself is as likely as the positive.
    float[] alike = new float[8 * D];
    java.util.Arrays.fill(alike, 1);
    assertThat(loss(alike, 4, 2, 0.07)).isCloseTo(Math.log(7), within(1e-5));
  }

  @Test
  void pairs_areAllOtherViewsOfAnImage_andNeverTheRowItself() {
    try (TensorScope scope = TensorScope.root()) {
      InBatchPairs pairs = InBatchPairs.of(scope, 2, 3);
      float[] positives = pairs.positives().toFloats();
      float[] mask = pairs.selfMask().toFloats();
      for (int i = 0; i < 36; i++) {
        int row = i / 6;
        int column = i % 6;
        boolean other = row != column && row % 2 == column % 2;
        assertThat(positives[i]).isEqualTo(other ? 0.5f : 0);
        assertThat(mask[i]).isEqualTo(row == column ? -1e9f : 0);
      }
    }
  }

  @Test
  void pairs_takeNoneOfTheHeap() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    try (TensorScope scope = TensorScope.root()) {
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThat(InBatchPairs.of(scope, 500, 2).rows()).isEqualTo(1000);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  @Test
  void stayFiniteAtSmallTemperatures() {
    assertThat(loss(random(8, 1), 4, 2, 0.001)).isFinite();
  }

  @Test
  void agreesWithEquationOne() {
    float[] z = random(6, 2);
    assertThat(loss(z, 3, 2, 0.2)).isCloseTo(equationOne(z, 3, 2, 0.2), within(1e-5));
  }

  @Test
  void averagesOverThePositivesOfMoreThanTwoViews() {
    float[] z = random(6, 3);
    assertThat(loss(z, 2, 3, 0.5)).isCloseTo(equationOne(z, 2, 3, 0.5), within(1e-5));
  }

  @Test
  void gradientAgreesWithFiniteDifferences() {
    float[] z = random(6, 4);
    float[] gradient = gradient(z, 3, 2, 0.5);
    double h = 1e-5;
    for (int i = 0; i < z.length; i++) {
      double numeric =
          (equationOne(moved(z, i, h), 3, 2, 0.5) - equationOne(moved(z, i, -h), 3, 2, 0.5))
              / (2 * h);
      assertThat((double) gradient[i]).as("d loss / d z[%d]", i).isCloseTo(numeric, within(2e-4));
    }
  }

  private static double loss(float[] z, int images, int views, double temperature) {
    try (TensorScope scope = TensorScope.root()) {
      return evaluate(scope, scope.floats(z, (long) images * views, D), images, views, temperature)
          .item();
    }
  }

  private static float[] gradient(float[] z, int images, int views, double temperature) {
    try (TensorScope scope = TensorScope.root()) {
      Tensor leaf = scope.floats(z, (long) images * views, D);
      Autograd.require(leaf);
      Autograd.backward(evaluate(scope, leaf, images, views, temperature));
      return Autograd.gradient(leaf).toFloats();
    }
  }

  private static Tensor evaluate(
      TensorScope scope, Tensor z, int images, int views, double temperature) {
    return NtXentLoss.of(
        SimilarityFunction.of(Similarity.SIMILARITY_COSINE, 0).self(z),
        InBatchPairs.of(scope, images, views),
        scope.scalar(temperature));
  }

  /** Chen et al. 2020, eq. 1, in double precision and without tensors. */
  private static double equationOne(float[] z, int images, int views, double temperature) {
    double[] values = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      values[i] = z[i];
    }
    return equationOne(values, images, views, temperature);
  }

  private static double equationOne(double[] z, int images, int views, double temperature) {
    int n = images * views;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double denominator = 0;
      for (int k = 0; k < n; k++) {
        denominator += k == i ? 0 : Math.exp(cosine(z, i, k) / temperature);
      }
      for (int j = i % images; j < n; j += images) {
        if (j != i) {
          sum -= (cosine(z, i, j) / temperature - Math.log(denominator)) / (views - 1);
        }
      }
    }
    return sum / n;
  }

  private static double cosine(double[] z, int a, int b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < D; i++) {
      dot += z[a * D + i] * z[b * D + i];
      aa += z[a * D + i] * z[a * D + i];
      bb += z[b * D + i] * z[b * D + i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  private static double[] moved(float[] z, int at, double by) {
    double[] values = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      values[i] = z[i] + (i == at ? by : 0);
    }
    return values;
  }

  private static float[] random(int rows, long seed) {
    var random = new SplittableRandom(seed);
    float[] values = new float[rows * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
