package dev.parallax.trainer.optimization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Decay;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against torch.optim.SGD and an independent LARS. */
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

  @ParameterizedTest
  @MethodSource("sgdCases")
  void sgdMovesWeightsAsPyTorchDoes(Golden golden) {
    follow(golden, new UpdateRule.Sgd(golden.number("momentum"), golden.bool("nesterov")), false);
  }

  @ParameterizedTest
  @MethodSource("larsCases")
  void larsMovesWeightsAsSimClrsOptimiserDoes(Golden golden) {
    follow(
        golden,
        new UpdateRule.Lars(golden.number("momentum"), golden.number("trust_coefficient")),
        golden.bool("excluded"));
  }

  @Test
  void schedulesAgreeWithSimClrs() {
    for (Golden golden : Golden.read("schedule").cases()) {
      var schedule =
          new Schedule(
              golden.number("peak"),
              golden.integer("warmup_steps"),
              golden.integer("total_steps"),
              Decay.valueOf(golden.string("decay")));
      long[] steps = golden.longs("steps");
      double[] rates = golden.doubles("rates");
      for (int i = 0; i < steps.length; i++) {
        assertThat(schedule.rate(steps[i]))
            .as("%s, step %d", golden, steps[i])
            .isCloseTo(rates[i], within(1e-12 + 1e-9 * rates[i]));
      }
    }
  }

  private static void follow(Golden golden, UpdateRule rule, boolean excluded) {
    double[] rates = golden.doubles("rates");
    List<float[]> gradients = golden.rows("gradients");
    List<float[]> weights = golden.rows("weights");
    double decay = excluded ? 0 : golden.number("weight_decay");
    try (TensorScope scope = TensorScope.root()) {
      float[] start = golden.floats("weight");
      Tensor weight = scope.floats(start, start.length);
      Tensor momentum = scope.zeros(start.length);
      for (int step = 0; step < rates.length; step++) {
        Tensor gradient = scope.floats(gradients.get(step), start.length);
        double rate = rates[step];
        Autograd.without(
            () -> {
              rule.apply(
                  new UpdateRule.Step(weight, gradient, momentum, rate, decay, excluded, scope));
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
