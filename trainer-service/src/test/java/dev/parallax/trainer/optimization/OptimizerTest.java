package dev.parallax.trainer.optimization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.encoder.ParameterSpec.Role;
import dev.parallax.trainer.encoder.ParameterSpec.Shape;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Adam;
import dev.parallax.trainer.v1.AdamW;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Sgd;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private static final String PROTOTYPES = "prototypes.weight";

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  static Stream<Golden> groups() {
    return Golden.read("parameter_groups").cases().stream();
  }

  /** Prediction head, bias, frozen prototypes and an unused weight; averaging and clipping. */
  @ParameterizedTest
  @MethodSource("groups")
  void groupsOfParametersMoveAsInPyTorch(Golden golden) {
    Golden file = Golden.read("parameter_groups");
    double[] rates = file.doubles("rates");
    List<Golden> losses = golden.get("losses").list();
    List<Golden> after = golden.get("after").list();
    int batches = golden.integer("batches");
    List<ParameterSpec> specs = specs(golden.get("start"));
    try (Parameters parameters = parameters(specs, golden.get("start"));
        Optimizer optimizer = new Optimizer(specs, parameters, settings(golden))) {
      for (int update = 0; update < rates.length; update++) {
        for (Golden factors : losses.subList(update * batches, (update + 1) * batches)) {
          backward(parameters, factors);
        }
        StepSize size =
            new StepSize(
                rates[update],
                file.number("prediction_rate"),
                update < file.integer("frozen_updates") ? Set.of(PROTOTYPES) : Set.of());
        optimizer.step(size);
        for (ParameterSpec spec : specs) {
          assertThat(parameters.get(spec.name()).toFloats())
              .as("%s of %s after update %d", spec.name(), golden, update)
              .usingComparatorWithPrecision(2e-6f)
              .containsExactly(after.get(update).floats(spec.name()));
        }
      }
    }
  }

  @Test
  void gradientsOfFewerBatchesAreAveragedOverThose() {
    var spec = new ParameterSpec("w", Role.LINEAR_WEIGHT, Shape.of(1, 1));
    Optimization settings =
        Optimization.newBuilder().setSgd(Sgd.newBuilder()).setAccumulatedBatches(3).build();
    try (Parameters parameters = new Parameters()) {
      parameters.add("w", new float[] {1}, true, 1, 1);
      try (Optimizer optimizer = new Optimizer(List.of(spec), parameters, settings);
          TensorScope scope = TensorScope.root()) {
        for (float slope : new float[] {2, 4}) {
          Tensor x = scope.floats(new float[] {slope}, 1, 1);
          Autograd.backward(x.mul(parameters.get("w")).sum());
        }
        optimizer.step(StepSize.of(0.5), 2);
        assertThat(parameters.get("w").item()).isEqualTo(1 - 0.5f * 3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Optimization.OptimizerCase.class,
      names = "OPTIMIZER_NOT_SET",
      mode = EnumSource.Mode.EXCLUDE)
  void aRunThatResumesGoesOnBitForBit(Optimization.OptimizerCase kind) {
    List<ParameterSpec> specs = specs(start());
    Optimization settings = settings(kind);
    try (Parameters whole = parameters(specs, start());
        Parameters before = parameters(specs, start());
        Parameters resumed = parameters(specs, start());
        Optimizer uninterrupted = new Optimizer(specs, whole, settings);
        Optimizer first = new Optimizer(specs, before, settings);
        Optimizer second = new Optimizer(specs, resumed, settings)) {
      train(whole, uninterrupted, 0, 4);
      train(before, first, 0, 2);
      copy(before, resumed);
      copy(first.state(), second.state());
      train(resumed, second, 2, 4);
      for (ParameterSpec spec : specs) {
        assertThat(resumed.get(spec.name()).toFloats())
            .as(spec.name())
            .isEqualTo(whole.get(spec.name()).toFloats());
      }
      for (String name : uninterrupted.state().names()) {
        assertThat(second.state().get(name).toFloats())
            .as(name)
            .isEqualTo(uninterrupted.state().get(name).toFloats());
      }
    }
  }

  @Test
  void theStateOfAdamIsTwoMomentsAndTheUpdatesOfEachParameter() {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("conv1.weight", Role.CONV_WEIGHT, Shape.of(2, 1, 1, 1)),
            new ParameterSpec("bn1.running_mean", Role.RUNNING_MEAN, Shape.of(2)),
            new ParameterSpec(PROTOTYPES, Role.LINEAR_WEIGHT, Shape.of(1, 3)));
    try (Parameters parameters = zeros(specs);
        Optimizer optimizer =
            new Optimizer(specs, parameters, settings(Optimization.OptimizerCase.ADAM))) {
      assertThat(optimizer.state().names())
          .containsExactly(
              "conv1.weight.moment1",
              "conv1.weight.moment2",
              PROTOTYPES + ".moment1",
              PROTOTYPES + ".moment2",
              "optimizer.updates");
      try (Tensor sum = parameters.get("conv1.weight").sum()) {
        Autograd.backward(sum);
      }
      optimizer.step(0.1);
      assertThat(optimizer.state().get("optimizer.updates").toFloats()).containsExactly(1, 0);
    }
  }

  @Test
  void theStateOfSgdIsOneMomentumOfEachParameter() {
    List<ParameterSpec> specs = specs(start());
    try (Parameters parameters = zeros(specs);
        Optimizer optimizer =
            new Optimizer(specs, parameters, settings(Optimization.OptimizerCase.SGD))) {
      assertThat(optimizer.state().names())
          .containsExactlyElementsOf(specs.stream().map(s -> s.name() + ".momentum").toList());
    }
  }

  @Test
  void aFrozenParameterStaysAndItsGradientIsDropped() {
    List<ParameterSpec> specs = specs(start());
    try (Parameters parameters = parameters(specs, start());
        Optimizer optimizer =
            new Optimizer(specs, parameters, settings(Optimization.OptimizerCase.ADAMW))) {
      backward(parameters, losses().getFirst());
      optimizer.step(StepSize.of(0.1).freezing(Set.of(PROTOTYPES)));
      assertThat(parameters.get(PROTOTYPES).toFloats()).isEqualTo(start().floats(PROTOTYPES));
      assertThat(parameters.get("conv1.weight").toFloats())
          .isNotEqualTo(start().floats("conv1.weight"));
      try (Tensor gradient = Autograd.gradient(parameters.get(PROTOTYPES))) {
        assertThat(gradient.toFloats()).containsOnly(0);
      }
    }
  }

  @Test
  void freezingWhatIsNotTrainedIsRefused() {
    List<ParameterSpec> specs = specs(start());
    try (Parameters parameters = zeros(specs);
        Optimizer optimizer =
            new Optimizer(specs, parameters, settings(Optimization.OptimizerCase.SGD))) {
      StepSize size = StepSize.of(0.1).freezing(Set.of("prototype.weight"));
      assertThatThrownBy(() -> optimizer.step(size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("frozen is prototype.weight; allowed: names of trainable parameters");
    }
  }

  @Test
  void aParameterThatNoLossReachesStays() {
    List<ParameterSpec> specs =
        List.of(new ParameterSpec("fc.weight", Role.LINEAR_WEIGHT, Shape.of(1, 2)));
    try (Parameters parameters = zeros(specs);
        Optimizer optimizer =
            new Optimizer(specs, parameters, settings(Optimization.OptimizerCase.LARS))) {
      parameters.set("fc.weight", new float[] {1, 2});
      optimizer.step(0.1);
      assertThat(parameters.get("fc.weight").toFloats()).containsExactly(1, 2);
      assertThat(Autograd.findGradient(parameters.get("fc.weight"))).isEmpty();
      assertThatThrownBy(() -> Autograd.gradient(parameters.get("fc.weight")))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static void train(Parameters parameters, Optimizer optimizer, int from, int to) {
    for (int update = from; update < to; update++) {
      backward(parameters, losses().get(update));
      optimizer.step(new StepSize(0.01 * (update + 1), 0.05, Set.of()));
    }
  }

  /** Adds the factors to the gradients. */
  private static void backward(Parameters parameters, Golden factors) {
    try (TensorScope scope = TensorScope.root()) {
      for (String name : factors.keys()) {
        float[] values = factors.floats(name);
        Tensor factor = scope.floats(values, values.length);
        Autograd.backward(factor.mul(parameters.get(name)).sum());
      }
    }
  }

  private static void copy(Parameters from, Parameters to) {
    for (String name : from.names()) {
      to.set(name, from.get(name).toFloats());
    }
  }

  private static Golden start() {
    return Golden.read("parameter_groups").cases().getFirst().get("start");
  }

  private static List<Golden> losses() {
    return Golden.read("parameter_groups").cases().getFirst().get("losses").list();
  }

  private static List<ParameterSpec> specs(Golden start) {
    return start.keys().stream()
        .map(
            name ->
                new ParameterSpec(
                    name,
                    name.endsWith(".bias") ? Role.NORM_BIAS : Role.LINEAR_WEIGHT,
                    Shape.of(start.floats(name).length)))
        .toList();
  }

  private static Parameters parameters(List<ParameterSpec> specs, Golden start) {
    Parameters parameters = zeros(specs);
    for (ParameterSpec spec : specs) {
      parameters.set(spec.name(), start.floats(spec.name()));
    }
    return parameters;
  }

  private static Parameters zeros(List<ParameterSpec> specs) {
    Parameters parameters = new Parameters();
    for (ParameterSpec spec : specs) {
      parameters.add(
          spec.name(),
          new float[spec.shape().size()],
          spec.role().trainable(),
          spec.shape().toArray());
    }
    return parameters;
  }

  private static Optimization settings(Golden golden) {
    Golden settings = golden.get("settings");
    var optimization =
        Optimization.newBuilder()
            .setExcludeBiasAndNorm(true)
            .setWeightDecay(golden.number("weight_decay"))
            .setAccumulatedBatches(golden.integer("batches"))
            .setClipNorm(golden.number("clip_norm"));
    switch (golden.string("optimizer")) {
      case "SGD" -> optimization.setSgd(Sgd.newBuilder().setMomentum(settings.number("momentum")));
      case "Adam" ->
          optimization.setAdam(
              Adam.newBuilder()
                  .setBeta1(settings.doubles("betas")[0])
                  .setBeta2(settings.doubles("betas")[1])
                  .setEpsilon(settings.number("eps")));
      case "AdamW" ->
          optimization.setAdamw(
              AdamW.newBuilder()
                  .setBeta1(settings.doubles("betas")[0])
                  .setBeta2(settings.doubles("betas")[1])
                  .setEpsilon(settings.number("eps")));
      default -> throw new IllegalArgumentException(golden + ": " + golden.string("optimizer"));
    }
    return optimization.build();
  }

  private static Optimization settings(Optimization.OptimizerCase kind) {
    var optimization = Optimization.newBuilder().setWeightDecay(0.01).setClipNorm(1);
    switch (kind) {
      case SGD -> optimization.getSgdBuilder().setMomentum(0.9).setNesterov(true);
      case LARS -> optimization.getLarsBuilder().setMomentum(0.9).setTrustCoefficient(0.02);
      case LARC -> optimization.getLarcBuilder().setMomentum(0.9).setTrustCoefficient(0.02);
      case ADAM -> optimization.getAdamBuilder().setBeta1(0.9).setBeta2(0.99).setEpsilon(1e-8);
      case ADAMW -> optimization.getAdamwBuilder().setBeta1(0.9).setBeta2(0.99).setEpsilon(1e-8);
      case OPTIMIZER_NOT_SET -> throw new IllegalArgumentException("no optimizer");
    }
    return optimization.build();
  }
}
