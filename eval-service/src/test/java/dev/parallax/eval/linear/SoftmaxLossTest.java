package dev.parallax.eval.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoftmaxLossTest {
  private static final int COUNT = 150;
  private static final int SIZE = 7;
  private static final int CLASSES = 3;

  @Test
  void gradient_agreesWithFiniteDifferences() throws Exception {
    try (Cores cores = new Cores(2)) {
      SoftmaxLoss loss = loss(cores, 0.5);
      double[] point = point(loss.size());
      double[] gradient = new double[loss.size()];
      double[] scratch = new double[loss.size()];
      loss.evaluate(point, gradient);
      for (int i = 0; i < point.length; i++) {
        double step = 1e-5;
        double[] plus = point.clone();
        plus[i] += step;
        double[] minus = point.clone();
        minus[i] -= step;
        double slope = (loss.evaluate(plus, scratch) - loss.evaluate(minus, scratch)) / (2 * step);
        assertThat(gradient[i]).as("variable %d", i).isCloseTo(slope, within(1e-8));
      }
    }
  }

  @Test
  void zeroWeights_costTheLogarithmOfTheNumberOfClasses() throws Exception {
    try (Cores cores = new Cores(1)) {
      SoftmaxLoss loss = loss(cores, 1);
      assertThat(loss.evaluate(new double[loss.size()], new double[loss.size()]))
          .isCloseTo(Math.log(CLASSES), within(1e-12));
    }
  }

  @Test
  void penalty_leavesBiasesFree() throws Exception {
    try (Cores cores = new Cores(1)) {
      SoftmaxLoss strong = loss(cores, 1e-9);
      double[] biases = new double[strong.size()];
      Arrays.fill(biases, CLASSES * SIZE, biases.length, 5.0);
      assertThat(strong.evaluate(biases, new double[biases.length]))
          .isCloseTo(Math.log(CLASSES), within(1e-12));
    }
  }

  @Test
  void value_isTheSameOnAnyNumberOfCores() throws Exception {
    try (Cores one = new Cores(1);
        Cores four = new Cores(4)) {
      SoftmaxLoss a = loss(one, 1);
      SoftmaxLoss b = loss(four, 1);
      double[] gradientA = new double[a.size()];
      double[] gradientB = new double[a.size()];
      assertThat(a.evaluate(point(a.size()), gradientA))
          .isEqualTo(b.evaluate(point(a.size()), gradientB));
      assertThat(gradientA).isEqualTo(gradientB);
    }
  }

  private static SoftmaxLoss loss(Cores cores, double c) {
    Random random = new Random(11);
    float[] values = new float[COUNT * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() + i % SIZE;
    }
    LabelledEmbeddings data =
        new LabelledEmbeddings(
            new Embeddings(COUNT, SIZE, values), random.ints(COUNT, 0, CLASSES).toArray(), CLASSES);
    int[] rows = IntStream.range(0, COUNT).filter(i -> i % 11 != 0).toArray();
    return new SoftmaxLoss(data, rows, CovarianceMetric.mean(data.embeddings(), rows), c, cores);
  }

  private static double[] point(int size) {
    return new Random(12).doubles(size, -1, 1).toArray();
  }
}
