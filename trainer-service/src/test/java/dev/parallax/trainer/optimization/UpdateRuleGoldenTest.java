package dev.parallax.trainer.optimization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against torch.optim's SGD, Adam and AdamW, and independent LARS and LARC. */
class UpdateRuleGoldenTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  static Stream<Golden> sgdCases() {
    return Golden.read("sgd").cases().stream();
  }

  static Stream<Golden> larsCases() {
    return Golden.read("lars").cases().stream();
  }

  static Stream<Golden> larcCases() {
    return Golden.read("larc").cases().stream();
  }

  static Stream<Golden> adamCases() {
    return Golden.read("adam").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("sgdCases")
  void sgdMovesWeightsAsPyTorchDoes(Golden golden) {
    follow(golden, new Sgd(golden.number("momentum"), golden.bool("nesterov")), false);
  }

  @ParameterizedTest
  @MethodSource("larsCases")
  void larsMovesWeightsAsSimClrsOptimiserDoes(Golden golden) {
    follow(
        golden,
        new Lars(golden.number("momentum"), golden.number("trust_coefficient")),
        golden.bool("excluded"));
  }

  @ParameterizedTest
  @MethodSource("larcCases")
  void larcMovesWeightsAsSwavsOptimiserDoes(Golden golden) {
    follow(
        golden,
        new Larc(golden.number("momentum"), golden.number("trust_coefficient")),
        golden.bool("excluded"));
  }

  @ParameterizedTest
  @MethodSource("adamCases")
  void adamMovesWeightsAsPyTorchDoes(Golden golden) {
    follow(
        golden,
        new Adam(
            golden.number("beta1"),
            golden.number("beta2"),
            golden.number("epsilon"),
            golden.bool("decoupled")),
        false);
  }

  private static void follow(Golden golden, UpdateRule rule, boolean excluded) {
    double[] rates = golden.doubles("rates");
    List<float[]> gradients = golden.rows("gradients");
    List<float[]> weights = golden.rows("weights");
    double decay = excluded ? 0 : golden.number("weight_decay");
    try (TensorScope scope = TensorScope.root()) {
      float[] start = golden.floats("weight");
      Tensor weight = scope.floats(start, start.length);
      List<Tensor> moments =
          rule.moments().stream().map(name -> scope.zeros(start.length)).toList();
      for (int step = 0; step < rates.length; step++) {
        Tensor gradient = scope.floats(gradients.get(step), start.length);
        double rate = rates[step];
        int number = step + 1;
        Autograd.without(
            () -> {
              rule.apply(
                  new Update(weight, gradient, moments, number, rate, decay, excluded, scope));
              return null;
            });
        assertThat(weight.toFloats())
            .as("%s after step %d", golden, step)
            .usingComparatorWithPrecision(2e-6f)
            .containsExactly(weights.get(step));
      }
    }
  }
}
