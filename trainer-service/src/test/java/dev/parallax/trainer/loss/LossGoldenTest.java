package dev.parallax.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.loss.GoldenLoss.Values;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorProbe;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss and its gradients, in float32, against float64 values from PyTorch. */
class LossGoldenTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  static List<GoldenLoss> cases() {
    return GoldenLoss.all();
  }

  static List<GoldenLoss> smoothCases() {
    return GoldenLoss.all().stream().filter(GoldenLoss::smooth).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientsAgreeWithPyTorch(GoldenLoss golden) {
    try (TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> inputs = leaves(golden, scope);
      Tensor loss = golden.evaluate(scope, inputs);
      assertThat(loss.shape()).isEmpty();
      assertThat((double) loss.item())
          .isCloseTo(golden.value(), within(2e-6 + 1e-5 * Math.abs(golden.value())));
      Autograd.backward(loss);
      inputs.forEach(
          (name, tensor) -> {
            float[] gradient = Autograd.gradient(tensor).toFloats();
            double[] expected = golden.gradient(name);
            double largest = DoubleStream.of(expected).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < expected.length; i++) {
              assertThat((double) gradient[i])
                  .as("d loss / d %s[%d]", name, i)
                  .isCloseTo(expected[i], within(2e-6 + 2e-4 * largest));
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingButTheLossStaysOpen(GoldenLoss golden) {
    try (TensorScope constants = TensorScope.root();
        TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> inputs = leaves(golden, scope);
      Tensor loss = golden.evaluate(constants, inputs);
      assertThat(TensorProbe.openBeside(loss)).isEqualTo(inputs.size() + 1);
    }
  }

  /** Along random directions, by the five-point stencil. */
  @ParameterizedTest
  @MethodSource("smoothCases")
  void gradientsAgreeWithFiniteDifferences(GoldenLoss golden) {
    double h = 1.0 / 64;
    var random = new SplittableRandom(7);
    try (TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> inputs = leaves(golden, scope);
      Autograd.backward(golden.evaluate(scope, inputs));
      for (String moved : inputs.keySet()) {
        float[] gradient = Autograd.gradient(inputs.get(moved)).toFloats();
        double[] direction = direction(random, gradient.length);
        double slope = 0;
        double norm = 0;
        for (int i = 0; i < gradient.length; i++) {
          slope += gradient[i] * direction[i];
          norm += gradient[i] * gradient[i];
        }
        double numeric =
            (8 * (at(golden, moved, direction, h) - at(golden, moved, direction, -h))
                    - (at(golden, moved, direction, 2 * h) - at(golden, moved, direction, -2 * h)))
                / (12 * h);
        assertThat(numeric)
            .as("slope along a direction of %s", moved)
            .isCloseTo(slope, within(3e-4 + 2e-3 * Math.sqrt(norm)));
      }
    }
  }

  private static double at(GoldenLoss golden, String moved, double[] direction, double by) {
    try (TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      golden
          .inputs()
          .forEach(
              (name, values) -> {
                float[] numbers = values.numbers();
                if (name.equals(moved)) {
                  for (int i = 0; i < numbers.length; i++) {
                    numbers[i] += (float) (by * direction[i]);
                  }
                }
                inputs.put(name, scope.floats(numbers, values.shape()));
              });
      return golden.evaluate(scope, inputs).item();
    }
  }

  private static double[] direction(SplittableRandom random, int size) {
    double[] direction = random.doubles(size, -1, 1).toArray();
    double norm = Math.sqrt(DoubleStream.of(direction).map(x -> x * x).sum());
    return DoubleStream.of(direction).map(x -> x / norm).toArray();
  }

  private static Map<String, Tensor> leaves(GoldenLoss golden, TensorScope scope) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (Map.Entry<String, Values> input : golden.inputs().entrySet()) {
      Tensor leaf = scope.floats(input.getValue().numbers(), input.getValue().shape());
      Autograd.require(leaf);
      leaves.put(input.getKey(), leaf);
    }
    return leaves;
  }
}
