package dev.parallax.trainer.optimization;

import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.Optimization;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Moves parameters along their gradients; what it remembers is part of a checkpoint.
 *
 * <p>Gradients add up from one {@code backward} to the next. With {@code accumulated_batches} the
 * caller asks for an update after that many batches, as {@link Schedule#updatesAfter} tells, and
 * the update takes their average. Between updates the sums are state that no checkpoint holds.
 *
 * <p>A parameter that no loss has reached yet has no gradient: it stays as it is, without weight
 * decay, as in PyTorch. Once it has had one, a loss that does not reach it gives zeros.
 */
public final class Optimizer implements AutoCloseable {
  private static final String UPDATES = "optimizer.updates";
  private static final double CLIP_EPSILON = 1e-6;

  private final List<Parameter> trained;
  private final Parameters state = new Parameters();
  private final TensorScope scalars = TensorScope.root();
  private final Optimization settings;
  private final UpdateRule rule;

  /** A parameter that is trained, and what the rule keeps of it. */
  private record Parameter(ParameterSpec spec, Tensor weight, List<Tensor> moments) {}

  public Optimizer(List<ParameterSpec> specs, Parameters parameters, Optimization settings) {
    this.settings = settings;
    this.rule = UpdateRule.of(settings);
    this.trained =
        specs.stream()
            .filter(s -> s.role().trainable())
            .map(s -> new Parameter(s, parameters.get(s.name()), moments(s)))
            .toList();
    if (rule.counts()) {
      state.add(UPDATES, new float[trained.size()], false, trained.size());
    }
  }

  private List<Tensor> moments(ParameterSpec spec) {
    List<String> names = rule.moments().stream().map(m -> spec.name() + "." + m).toList();
    for (String name : names) {
      state.add(name, new float[spec.shape().size()], false, spec.shape().toArray());
    }
    return names.stream().map(state::get).toList();
  }

  /**
   * State that outlives an update. For each trainable parameter, in its shape: {@code
   * <name>.momentum}, or {@code <name>.moment1} and {@code <name>.moment2} (Adam, AdamW). Adam and
   * AdamW add {@code optimizer.updates}: how many updates each trainable parameter has had, in
   * order; from 2^24 on, where the bias correction has long been 1, it stays.
   */
  public Parameters state() {
    return state;
  }

  /** Applies and clears the gradients, at one rate for all parameters. */
  public void step(double rate) {
    step(StepSize.of(rate));
  }

  /** As {@link #step(StepSize, int)}, with the gradients of all batches that make an update. */
  public void step(StepSize size) {
    step(size, Schedule.batchesPerUpdate(settings));
  }

  /**
   * Applies and clears the gradients: averages them over the accumulated batches, scales them down
   * to {@code clip_norm} if they are longer (Pascanu et al. 2013, as PyTorch's {@code
   * clip_grad_norm_}), and moves every parameter that is not frozen.
   *
   * @param batches whose gradients have added up; fewer than an update's where a run ends
   * @throws IllegalArgumentException when a frozen name is not that of a trainable parameter
   */
  public void step(StepSize size, int batches) {
    requireTrained(size.frozen());
    Autograd.without(
        () -> {
          try (TensorScope scope = scalars.child()) {
            float[] updates =
                rule.counts() ? state.get(UPDATES).toFloats() : new float[trained.size()];
            double factor = gradientFactor(size, batches);
            for (int i = 0; i < trained.size(); i++) {
              Parameter parameter = trained.get(i);
              if (update(parameter, size, factor, updates[i] + 1, scope)) {
                updates[i]++;
              }
              Autograd.zeroGradient(parameter.weight());
            }
            if (rule.counts()) {
              state.set(UPDATES, updates);
            }
          }
          return null;
        });
  }

  private void requireTrained(Set<String> names) {
    for (String name : names) {
      if (trained.stream().noneMatch(p -> p.spec().name().equals(name))) {
        throw new IllegalArgumentException(
            "frozen is " + name + "; allowed: names of trainable parameters");
      }
    }
  }

  /** Moves a parameter unless it is frozen or has no gradient; tells whether it has moved. */
  private boolean update(
      Parameter parameter, StepSize size, double factor, double number, TensorScope scope) {
    Optional<Tensor> found = gradient(parameter, size);
    if (found.isEmpty()) {
      return false;
    }
    ParameterSpec spec = parameter.spec();
    boolean excluded = settings.getExcludeBiasAndNorm() && spec.role().biasOrNorm();
    try (Tensor gradient = found.get()) {
      Update update =
          new Update(
              parameter.weight(),
              gradient,
              parameter.moments(),
              number,
              size.rate(spec.name()),
              excluded ? 0 : settings.getWeightDecay(),
              excluded,
              scope);
      if (factor != 1) {
        update.scale(gradient, factor);
      }
      rule.apply(update);
    }
    return true;
  }

  /** What gradients are multiplied by before anything else. */
  private double gradientFactor(StepSize size, int batches) {
    double average = 1.0 / batches;
    if (settings.getClipNorm() == 0) {
      return average;
    }
    double norm = average * gradientNorm(size);
    return average * Math.min(1, settings.getClipNorm() / (norm + CLIP_EPSILON));
  }

  /** Euclidean norm over the gradients of all parameters that move. */
  private double gradientNorm(StepSize size) {
    double squares = 0;
    for (Parameter parameter : trained) {
      Optional<Tensor> found = gradient(parameter, size);
      if (found.isPresent()) {
        try (Tensor gradient = found.get()) {
          double norm = gradient.norm();
          squares += norm * norm;
        }
      }
    }
    return Math.sqrt(squares);
  }

  /** The gradient of a parameter that is to move, if it has one. */
  private static Optional<Tensor> gradient(Parameter parameter, StepSize size) {
    return size.freezes(parameter.spec().name())
        ? Optional.empty()
        : Autograd.findGradient(parameter.weight());
  }

  @Override
  public void close() {
    state.close();
    scalars.close();
  }
}
