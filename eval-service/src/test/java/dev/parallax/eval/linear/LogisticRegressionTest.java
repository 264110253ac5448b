package dev.parallax.eval.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.eval.Golden;
import dev.parallax.eval.embeddings.Accuracy;
import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogisticRegressionTest {
  private final Cores cores = new Cores(2);

  @AfterEach
  void close() {
    cores.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0001", "0.01", "1"})
  void fit_agreesWithScikitLearn(String c) throws Exception {
    Golden golden = new Golden("logistic_regression.txt");
    LogisticRegression.Fit fit = fit(Golden.trainDigits(), Double.parseDouble(c), 1e-7);

    assertThat(fit.converged()).isTrue();
    double[] biases = fit.model().biases();
    double mean = Arrays.stream(biases).average().orElseThrow();
    assertThat(fit.model().weights())
        .containsExactly(golden.values("c" + c + "_coef"), within(5e-5));
    assertThat(Arrays.stream(biases).map(b -> b - mean).toArray())
        .containsExactly(golden.values("c" + c + "_intercept"), within(5e-4));
    LabelledEmbeddings test = Golden.testDigits();
    double[] probabilities = golden.values("c" + c + "_probabilities");
    for (int i = 0; i < probabilities.length / 10; i++) {
      assertThat(fit.model().probabilities(test.embeddings(), i))
          .containsExactly(Arrays.copyOfRange(probabilities, 10 * i, 10 * i + 10), within(1e-5));
    }
    int[] predicted = fit.model().predict(test.embeddings());
    assertThat(predicted).isEqualTo(golden.integers("c" + c + "_predicted"));
    assertThat(Accuracy.of(predicted, test.labels()))
        .isEqualTo(golden.value("c" + c + "_accuracy"));
  }

  @Test
  void defaultTolerance_predictsLikeTheExactMinimum() throws Exception {
    Golden golden = new Golden("logistic_regression.txt");
    LogisticRegression.Fit fit = fit(Golden.trainDigits(), 1, LinearProbe.TOLERANCE);

    LabelledEmbeddings test = Golden.testDigits();
    assertThat(fit.model().predict(test.embeddings())).isEqualTo(golden.integers("c1_predicted"));
  }

  @Test
  void metric_reachesTheMinimum_wherePlainLbfgsCrawls() throws Exception {
    LabelledEmbeddings data = stretched(Golden.trainDigits());
    double c = 1e-3;
    int[] rows = IntStream.range(0, data.count()).toArray();
    double[] center = CovarianceMetric.mean(data.embeddings(), rows);
    SoftmaxLoss loss = new SoftmaxLoss(data, rows, center, c, cores);
    Preconditioner metric =
        new CovarianceMetric(data.embeddings(), rows, center, 10, cores)
            .inverse(1 / (c * data.count()));
    Lbfgs lbfgs = new Lbfgs(10, 2000, 1e-5);

    Minimum plain = lbfgs.minimize(loss, Preconditioner.NONE, new double[loss.size()]);
    Minimum preconditioned = lbfgs.minimize(loss, metric, new double[loss.size()]);

    assertThat(preconditioned.converged()).isTrue();
    assertThat(plain.converged()).isFalse();
    assertThat(preconditioned.value()).isLessThan(plain.value());
  }

  @Test
  void warmStart_fromTheMinimum_takesNoSteps() throws Exception {
    LabelledEmbeddings data = Golden.trainDigits();
    LogisticRegression regression =
        new LogisticRegression(data, IntStream.range(0, data.count()).toArray(), cores);
    SoftmaxModel minimum = regression.fit(0.01, 1000, 1e-6, Optional.empty()).model();

    assertThat(regression.fit(0.01, 1000, 1e-5, Optional.of(minimum)).iterations()).isZero();
  }

  @Test
  void collapsedEmbeddings_areFittedByTheirBiases() throws Exception {
    float[] same = new float[50 * 3];
    Arrays.fill(same, 0.3f);
    int[] labels = IntStream.range(0, 50).map(i -> i < 30 ? 1 : 0).toArray();
    LogisticRegression.Fit fit =
        fit(new LabelledEmbeddings(new Embeddings(50, 3, same), labels, 2), 1, 1e-6);

    assertThat(fit.model().probabilities(new Embeddings(50, 3, same), 0)[1])
        .isCloseTo(0.6, within(1e-5));
  }

  private LogisticRegression.Fit fit(LabelledEmbeddings data, double c, double tolerance)
      throws InterruptedException {
    return new LogisticRegression(data, IntStream.range(0, data.count()).toArray(), cores)
        .fit(c, 10_000, tolerance, Optional.empty());
  }

  /** Dimensions of very different scale. */
  private static LabelledEmbeddings stretched(LabelledEmbeddings data) {
    float[] values = data.embeddings().values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) Math.pow(10, i % 5 - 2);
    }
    return new LabelledEmbeddings(
        new Embeddings(data.count(), data.embeddings().size(), values), data.labels(), 10);
  }
}
