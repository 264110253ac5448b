package dev.parallax.trainer.encoder;

import dev.parallax.trainer.golden.GoldenWeights;
import dev.parallax.trainer.torch.Parameters;

/** Parameters with the values that the golden files' networks have. */
public final class GoldenParameters {
  private GoldenParameters() {}

  public static Parameters of(Layer layer) {
    Parameters parameters = new Parameters();
    for (ParameterSpec spec : ParameterNames.of(layer)) {
      long[] shape = spec.shape().toArray();
      parameters.add(
          spec.name(), GoldenWeights.parameter(spec.name(), shape), spec.role().trainable(), shape);
    }
    return parameters;
  }
}
