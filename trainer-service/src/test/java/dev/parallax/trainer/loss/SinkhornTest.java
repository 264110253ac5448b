package dev.parallax.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against NumPy in extended precision, which multiplies where we add logarithms. */
class SinkhornTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  static List<Golden> cases() {
    return Golden.read("sinkhorn").cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void assignmentsAgreeWithNumPy(Golden golden) {
    int n = golden.integer("rows");
    int k = golden.integer("prototypes");
    try (TensorScope scope = TensorScope.root()) {
      Tensor scores = scope.floats(new GoldenNumbers("sinkhorn").uniforms(n * k), n, k);
      float[] assignments =
          Sinkhorn.assignments(scores, golden.number("epsilon"), golden.integer("iterations"))
              .toFloats();
      double[] expected = golden.doubles("assignments");
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) assignments[i]).as("[%d]", i).isCloseTo(expected[i], within(2e-5));
      }
    }
  }

  @Test
  void manyRoundsUseAllPrototypesAlike() {
    int n = 12;
    int k = 4;
    try (TensorScope scope = TensorScope.root()) {
      Tensor scores = scope.floats(new GoldenNumbers("alike").uniforms(n * k), n, k);
      float[] perPrototype = Sinkhorn.assignments(scores, 0.2, 100).sum(false, 0).toFloats();
      for (float rows : perPrototype) {
        assertThat((double) rows).isCloseTo((double) n / k, within(1e-3));
      }
    }
  }

  @Test
  void noGradientFlowsThroughAssignments() {
    try (TensorScope scope = TensorScope.root()) {
      Tensor scores = scope.floats(new GoldenNumbers("scores").uniforms(12), 3, 4);
      Autograd.require(scores);
      Tensor assignments = Sinkhorn.assignments(scores, 0.05, 3);
      // Were there a gradient, that of the sum of squares would be another than 2 scores.
      Autograd.backward(scores.square().sum().add(assignments.square().sum()));
      float[] gradient = Autograd.gradient(scores).toFloats();
      float[] values = scores.toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(gradient[i]).isEqualTo(2 * values[i]);
      }
    }
  }
}
