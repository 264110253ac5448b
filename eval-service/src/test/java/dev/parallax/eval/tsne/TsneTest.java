package dev.parallax.eval.tsne;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.eval.Golden;
import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TsneTest {
  private final Cores cores = new Cores(2);

  @AfterEach
  void close() {
    cores.close();
  }

  @Test
  void divergence_isThatOfScikitLearn() throws Exception {
    Golden golden = new Golden("tsne.txt");
    LabelledEmbeddings digits = allDigits();
    Layout layout = new Tsne(30).layOut(digits.embeddings(), cores, Progress.NONE);

    assertThat(layout.klDivergence())
        .isCloseTo(golden.value("barnes_hut_kl"), within(0.05 * golden.value("barnes_hut_kl")));
    assertThat(neighborAccuracy(layout, digits.labels()))
        .isGreaterThan(golden.value("barnes_hut_neighbor_accuracy") - 0.02);
  }

  @Test
  void layout_isTheSameOnAnyNumberOfCores() throws Exception {
    Embeddings points = Golden.testDigits().embeddings();
    try (Cores one = new Cores(1)) {
      assertThat(new Tsne(30).layOut(points, one, Progress.NONE).x())
          .isEqualTo(new Tsne(30).layOut(points, cores, Progress.NONE).x());
    }
  }

  @Test
  void gradient_agreesWithFiniteDifferences() throws Exception {
    Embeddings points = Golden.testDigits().embeddings().range(0, 40).l2Normalized();
    Forces forces = new Forces(Affinities.of(points, 8, cores), cores);
    float[] x = new float[40];
    float[] y = new float[40];
    for (int i = 0; i < 40; i++) {
      x[i] = (float) Math.sin(i * 1.7) * 2;
      y[i] = (float) Math.cos(i * 2.3) * 2;
    }
    float[] gradientX = new float[40];
    float[] gradientY = new float[40];
    forces.gradient(x, y, 1, gradientX, gradientY);
    for (int i = 0; i < 40; i++) {
      float[] plus = x.clone();
      plus[i] += 0.01f;
      float[] minus = x.clone();
      minus[i] -= 0.01f;
      double slope =
          (forces.divergence(plus, y) - forces.divergence(minus, y)) / (plus[i] - minus[i]);
      assertThat((double) gradientX[i]).as("point %d", i).isCloseTo(slope, within(2e-5));
    }
  }

  @Test
  void affinities_sumToOne_andAreSymmetric() throws Exception {
    Affinities p = Affinities.of(Golden.testDigits().embeddings().l2Normalized(), 10, cores);
    double sum = 0;
    double[][] dense = new double[200][200];
    for (int i = 0; i < 200; i++) {
      for (int j = p.starts()[i]; j < p.starts()[i + 1]; j++) {
        dense[i][p.neighbors()[j]] = p.values()[j];
        sum += p.values()[j];
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    for (int i = 0; i < 200; i++) {
      assertThat(dense[i][i]).isZero();
      for (int j = 0; j < i; j++) {
        assertThat(dense[i][j]).isEqualTo(dense[j][i]);
      }
    }
  }

  @Test
  void identicalPoints_getFinitePlaces() throws Exception {
    float[] same = new float[60 * 4];
    Arrays.fill(same, 1f);
    Layout layout = new Tsne(30).layOut(new Embeddings(60, 4, same), cores, Progress.NONE);
    for (int i = 0; i < 60; i++) {
      assertThat(layout.x()[i]).isFinite();
      assertThat(layout.y()[i]).isFinite();
    }
  }

  private static LabelledEmbeddings allDigits() {
    LabelledEmbeddings train = Golden.trainDigits();
    LabelledEmbeddings test = Golden.testDigits();
    float[] values = Arrays.copyOf(train.embeddings().values(), 500 * 64);
    System.arraycopy(test.embeddings().values(), 0, values, 300 * 64, 200 * 64);
    int[] labels =
        IntStream.concat(Arrays.stream(train.labels()), Arrays.stream(test.labels())).toArray();
    return new LabelledEmbeddings(new Embeddings(500, 64, values), labels, 10);
  }

  private static double neighborAccuracy(Layout layout, int[] labels) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      int nearest = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < labels.length; j++) {
        double distance = Math.hypot(layout.x()[i] - layout.x()[j], layout.y()[i] - layout.y()[j]);
        if (j != i && distance < least) {
          least = distance;
          nearest = j;
        }
      }
      if (labels[nearest] == labels[i]) {
        right++;
      }
    }
    return (double) right / labels.length;
  }
}
