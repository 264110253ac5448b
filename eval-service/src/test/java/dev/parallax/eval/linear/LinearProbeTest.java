package dev.parallax.eval.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.eval.Golden;
import dev.parallax.eval.embeddings.Accuracy;
import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
  private static final List<Double> GRID = List.of(1e-6, 1e-4, 1e-3, 1e-2, 1e-1);

  @Test
  void chosenC_isTheBestOnTheHeldOutFifth() throws Exception {
    try (Cores cores = new Cores(2)) {
      List<Double> progress = new ArrayList<>();
      LinearProbe.Probe probe =
          new LinearProbe(GRID, 1000, 0).fit(Golden.trainDigits(), cores, progress::add);

      assertThat(probe.tried()).extracting(LinearProbe.Tried::c).isEqualTo(GRID);
      double best =
          probe.tried().stream()
              .mapToDouble(LinearProbe.Tried::validationAccuracy)
              .max()
              .orElseThrow();
      assertThat(probe.chosen().validationAccuracy()).isEqualTo(best);
      assertThat(probe.chosen().c()).isGreaterThan(1e-6);
      assertThat(probe.converged()).isTrue();
      LabelledEmbeddings test = Golden.testDigits();
      assertThat(Accuracy.of(probe.model().predict(test.embeddings()), test.labels()))
          .isGreaterThan(0.8);
      assertThat(progress).isSorted().endsWith(1.0);
    }
  }

  @Test
  void sameSeed_givesTheSameModel_onAnyNumberOfCores() throws Exception {
    try (Cores one = new Cores(1);
        Cores three = new Cores(3)) {
      LinearProbe probe = new LinearProbe(List.of(1e-3, 1e-2), 100, 7);
      assertThat(probe.fit(Golden.trainDigits(), one, Progress.NONE).model().weights())
          .isEqualTo(probe.fit(Golden.trainDigits(), three, Progress.NONE).model().weights());
    }
  }

  @Test
  void split_holdsOutAFifthOfEachClass_andSharesNothing() {
    int[] labels = IntStream.range(0, 103).map(i -> i < 100 ? i % 4 : i < 102 ? 4 : 5).toArray();
    StratifiedSplit split = StratifiedSplit.of(labels, 6, 3);

    int[] held = new int[6];
    Arrays.stream(split.heldOut()).forEach(i -> held[labels[i]]++);
    assertThat(held).containsExactly(5, 5, 5, 5, 1, 0);
    assertThat(IntStream.concat(Arrays.stream(split.fitted()), Arrays.stream(split.heldOut())))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 103).boxed().toList());
  }

  @Test
  void oneImagePerClass_leavesNothingToChooseOn() {
    LabelledEmbeddings two =
        new LabelledEmbeddings(new Embeddings(2, 1, new float[] {0, 1}), new int[] {0, 1}, 2);
    try (Cores cores = new Cores(1)) {
      assertThatThrownBy(() -> new LinearProbe(GRID, 10, 0).fit(two, cores, Progress.NONE))
          .hasMessageContaining("no class has 2 training images");
    }
  }
}
