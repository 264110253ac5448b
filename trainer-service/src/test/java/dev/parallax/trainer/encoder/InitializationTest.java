package dev.parallax.trainer.encoder;

import static dev.parallax.trainer.golden.Closeness.norm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.encoder.Layer.Conv2d;
import dev.parallax.trainer.encoder.Layer.Conv2d.Start;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InitializationTest {
  private static final int IN = 64;
  private static final int OUT = 128;

  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  @Test
  void convolutionsHaveTheVarianceOfTheirStart() {
    assertThat(deviation(Start.FAN_OUT_NORMAL)).isCloseTo(Math.sqrt(2.0 / (OUT * 9)), within(1e-3));
    assertThat(deviation(Start.FAN_IN_NORMAL)).isCloseTo(Math.sqrt(1.0 / (IN * 9)), within(1e-3));
    assertThat(deviation(Start.FAN_IN_UNIFORM))
        .isCloseTo(Math.sqrt(1.0 / (3 * IN * 9)), within(1e-3));
    assertThat(deviation(Start.ZERO)).isZero();
  }

  @Test
  void nearIdentityLeavesEachChannelAlmostAsItIs() {
    float[] weights = weights(new Conv2d("c", 3, 5, 1, 1, 0).starting(Start.NEAR_IDENTITY));
    for (int out = 0; out < 5; out++) {
      for (int in = 0; in < 3; in++) {
        assertThat(weights[out * 3 + in]).isCloseTo(out == in ? 1 : 0, within(0.01f));
      }
    }
  }

  @Test
  void biasesOfConvolutionsStartAtZeroAndLayerNormsAtOne() {
    Layer layer =
        Layer.Sequential.of(
            new Conv2d("c", 2, 3, 1, 1, 0).withBias(), new Layer.LayerNorm("n", 3, false));
    try (Parameters parameters = Initialization.of(layer, 1)) {
      assertThat(parameters.get("c.bias").toFloats()).containsExactly(0, 0, 0);
      assertThat(parameters.get("n.weight").toFloats()).containsExactly(1, 1, 1);
      assertThat(parameters.get("n.bias").toFloats()).containsExactly(0, 0, 0);
    }
  }

  private static double deviation(Start start) {
    float[] weights = weights(new Conv2d("c", IN, OUT, 3, 1, 1).starting(start));
    return norm(weights) / Math.sqrt(weights.length);
  }

  private static float[] weights(Conv2d convolution) {
    try (Parameters parameters = Initialization.of(convolution, 1)) {
      return parameters.get("c.weight").toFloats();
    }
  }
}
