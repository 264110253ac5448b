package dev.parallax.trainer.targets;

import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.List;

/**
 * A copy of trained parameters that follows them slowly: He et al. 2020 (MoCo), eq. 2; Grill et al.
 * 2020 (BYOL), eq. 1. Weights are averaged; running statistics are not, as in MoCo and lightly:
 * they come of the batches that the copy itself sees.
 */
public final class MomentumEncoder implements AutoCloseable {
  private static final String PREFIX = "momentum.";

  private final List<ParameterSpec> specs;
  private final Parameters parameters = new Parameters();
  private final Parameters state;
  private final TensorScope scratch = TensorScope.root();

  /**
   * @param specs what is copied: encoder and projection, without a prediction head
   */
  public MomentumEncoder(List<ParameterSpec> specs, Parameters trained) {
    this.specs = List.copyOf(specs);
    for (ParameterSpec spec : specs) {
      float[] values = trained.get(spec.name()).toFloats();
      parameters.add(spec.name(), values, false, spec.shape().toArray());
    }
    this.state = parameters.prefixed(PREFIX);
  }

  /** The copy under the names of the trained parameters, as a forward pass reads it. */
  public Parameters parameters() {
    return parameters;
  }

  /** The copy as a checkpoint keeps it, each name behind {@code momentum.}. */
  public Parameters state() {
    return state;
  }

  /** Becomes what the trained parameters are, statistics included. */
  public void copy(Parameters trained) {
    for (ParameterSpec spec : specs) {
      parameters.set(spec.name(), trained.get(spec.name()).toFloats());
    }
  }

  /**
   * Each weight becomes {@code m} times itself plus {@code 1 - m} times the trained one.
   *
   * @param m 0 to 1; 0 copies, 1 leaves everything as it is
   */
  public void update(Parameters trained, double m) {
    if (!(m >= 0 && m <= 1)) {
      throw new IllegalArgumentException("momentum is " + m + "; allowed: 0 to 1");
    }
    Autograd.without(
        () -> {
          try (TensorScope scope = scratch.child()) {
            Tensor old = scope.scalar(m);
            Tensor fresh = scope.scalar(1 - m);
            for (ParameterSpec spec : specs) {
              if (spec.role().trainable()) {
                move(parameters.get(spec.name()), trained.get(spec.name()), old, fresh);
              }
            }
          }
          return null;
        });
  }

  private static void move(Tensor copy, Tensor trained, Tensor old, Tensor fresh) {
    try (Tensor share = trained.mul(fresh)) {
      copy.mulInPlace(old).addInPlace(share);
    }
  }

  @Override
  public void close() {
    scratch.close();
    state.close();
    parameters.close();
  }
}
