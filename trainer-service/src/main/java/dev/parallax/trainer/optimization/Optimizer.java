package dev.parallax.trainer.optimization;

import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.Optimization;
import java.util.List;

/** Moves parameters along their gradients; its momentum is part of a checkpoint. */
public final class Optimizer implements AutoCloseable {
  private static final String MOMENTUM = ".momentum";

  private final List<ParameterSpec> specs;
  private final Parameters parameters;
  private final Parameters momentum = new Parameters();
  private final TensorScope scalars = TensorScope.root();
  private final Optimization settings;
  private final UpdateRule rule;

  public Optimizer(List<ParameterSpec> specs, Parameters parameters, Optimization settings) {
    this.specs = specs.stream().filter(s -> s.role().trainable()).toList();
    this.parameters = parameters;
    this.settings = settings;
    this.rule = UpdateRule.of(settings);
    for (ParameterSpec spec : this.specs) {
      momentum.add(
          spec.name() + MOMENTUM, new float[spec.shape().size()], false, spec.shape().toArray());
    }
  }

  /** State that outlives a step: one momentum buffer for each trainable parameter. */
  public Parameters state() {
    return momentum;
  }

  /** Applies and clears the gradients. */
  public void step(double rate) {
    Autograd.without(
        () -> {
          try (TensorScope scope = scalars.child()) {
            for (ParameterSpec spec : specs) {
              update(spec, rate, scope);
            }
          }
          return null;
        });
  }

  private void update(ParameterSpec spec, double rate, TensorScope scope) {
    Tensor weight = parameters.get(spec.name());
    boolean excluded = settings.getExcludeBiasAndNorm() && spec.role().biasOrNorm();
    try (Tensor gradient = Autograd.gradient(weight)) {
      rule.apply(
          new UpdateRule.Step(
              weight,
              gradient,
              momentum.get(spec.name() + MOMENTUM),
              rate,
              excluded ? 0 : settings.getWeightDecay(),
              excluded,
              scope));
    }
    Autograd.zeroGradient(weight);
  }

  @Override
  public void close() {
    momentum.close();
    scalars.close();
  }
}
