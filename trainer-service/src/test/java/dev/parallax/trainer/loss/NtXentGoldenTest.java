package dev.parallax.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Similarity;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against float64 values of an independent implementation in PyTorch. */
class NtXentGoldenTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  static Stream<Golden> cases() {
    return Golden.read("nt_xent").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientAgreeWithPyTorch(Golden golden) {
    int pairs = golden.integer("pairs");
    try (TensorScope scope = TensorScope.root()) {
      Tensor z = scope.floats(golden.floats("z"), 2L * pairs, golden.integer("dimensions"));
      Autograd.require(z);
      Tensor loss =
          NtXentLoss.of(
              SimilarityFunction.of(similarity(golden), 0).self(z),
              InBatchPairs.of(scope, pairs, 2),
              scope.scalar(golden.number("temperature")));
      double expected = golden.number("loss");
      assertThat((double) loss.item())
          .isCloseTo(expected, within(2e-6 + 2e-5 * Math.abs(expected)));
      Autograd.backward(loss);
      float[] gradient = Autograd.gradient(z).toFloats();
      double[] expectedGradient = golden.doubles("gradient");
      double largest = largest(expectedGradient);
      for (int i = 0; i < gradient.length; i++) {
        assertThat((double) gradient[i])
            .as("gradient[%d]", i)
            .isCloseTo(expectedGradient[i], within(2e-6 + 1e-4 * largest));
      }
    }
  }

  private static Similarity similarity(Golden golden) {
    return golden.string("similarity").equals("dot")
        ? Similarity.SIMILARITY_DOT
        : Similarity.SIMILARITY_COSINE;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
