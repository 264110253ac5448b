package dev.parallax.trainer.extraction;

import static dev.parallax.trainer.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.GoldenParameters;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.Arrays;

/** A head on given inputs, in training mode; gradients are compared where they start. */
final class GoldenHead {
  private GoldenHead() {}

  static void assertAgrees(Golden golden, Layer head) {
    Golden gradients = golden.get("gradients");
    assertThat(ParameterNames.of(head).stream().filter(s -> s.role().trainable()))
        .extracting(ParameterSpec::name)
        .containsExactlyInAnyOrderElementsOf(gradients.keys());
    try (Parameters parameters = GoldenParameters.of(head);
        TensorScope scope = TensorScope.root()) {
      Tensor x = scope.floats(golden.floats("input"), golden.longs("input_shape"));
      Autograd.require(x);
      Tensor y = Forward.run(head, parameters, x, Forward.Mode.TRAINING);
      double[] output = golden.doubles("output");
      assertClose(y.toFloats(), output, 1e-5, "output");
      float[] coefficients = new GoldenNumbers("coefficients").uniforms(output.length);
      Autograd.backward(y.mul(scope.floats(coefficients, y.shape())).sum());
      assertClose(Autograd.gradient(x).toFloats(), golden.doubles("input_gradient"), 1e-5, "input");
      for (String name : gradients.keys()) {
        double[] start = gradients.doubles(name);
        float[] gradient = Autograd.gradient(parameters.get(name)).toFloats();
        assertClose(Arrays.copyOf(gradient, start.length), start, 1e-5, name);
      }
      Golden running = golden.get("running");
      for (String name : running.keys()) {
        assertClose(parameters.get(name).toFloats(), running.doubles(name), 1e-5, name);
      }
    }
  }
}
