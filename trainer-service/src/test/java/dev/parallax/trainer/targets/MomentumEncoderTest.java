package dev.parallax.trainer.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorProbe;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MomentumEncoderTest {
  private static final Layer NETWORK =
      Layer.Sequential.of(
          new Layer.Conv2d("conv1", 3, 4, 3, 1, 1),
          new Layer.BatchNorm("bn1", 4, false),
          new Layer.Relu(),
          new Layer.GlobalAvgPool());

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void updatesAgreeWithEquationTwo() {
    Golden golden = Golden.read("targets").get("momentum_encoder");
    var spec =
        new ParameterSpec("weight", ParameterSpec.Role.LINEAR_WEIGHT, ParameterSpec.Shape.of(2, 3));
    try (Parameters trained = new Parameters()) {
      trained.add("weight", new GoldenNumbers("momentum.start").uniforms(6), true, 2, 3);
      try (MomentumEncoder copy = new MomentumEncoder(List.of(spec), trained)) {
        List<Golden> steps = golden.get("steps").list();
        for (int step = 0; step < steps.size(); step++) {
          trained.set("weight", new GoldenNumbers("momentum.trained" + step).uniforms(6));
          copy.update(trained, steps.get(step).number("momentum"));
          float[] expected = steps.get(step).floats("copy");
          float[] values = copy.parameters().get("weight").toFloats();
          for (int i = 0; i < 6; i++) {
            assertThat(values[i]).as("step %d", step).isCloseTo(expected[i], within(1e-6f));
          }
        }
      }
    }
  }

  @Test
  void startsAsTheTrainedEncoder() {
    try (Parameters trained = Initialization.of(NETWORK, 1);
        MomentumEncoder copy = new MomentumEncoder(ParameterNames.of(NETWORK), trained);
        TensorScope scope = TensorScope.root()) {
      Tensor images = scope.floats(new GoldenNumbers("images").uniforms(2 * 3 * 16), 2, 3, 4, 4);
      assertThat(
              Forward.run(NETWORK, copy.parameters(), images, Forward.Mode.EVALUATION).toFloats())
          .isEqualTo(Forward.run(NETWORK, trained, images, Forward.Mode.EVALUATION).toFloats());
    }
  }

  @Test
  void weightsAreAveraged_runningStatisticsAreThoseOfItsOwnBatches() {
    try (Parameters trained = Initialization.of(NETWORK, 1);
        MomentumEncoder copy = new MomentumEncoder(ParameterNames.of(NETWORK), trained);
        TensorScope scope = TensorScope.root()) {
      trained.set("bn1.running_mean", new float[] {1, 2, 3, 4});
      trained.set("bn1.bias", new float[] {1, 2, 3, 4});
      copy.update(trained, 0.5);
      assertThat(copy.parameters().get("bn1.running_mean").toFloats()).containsOnly(0);
      assertThat(copy.parameters().get("bn1.bias").toFloats()).containsExactly(0.5f, 1, 1.5f, 2);

      Tensor images = scope.floats(new GoldenNumbers("images").uniforms(2 * 3 * 16), 2, 3, 4, 4);
      Forward.run(NETWORK, copy.parameters(), images, Forward.Mode.TRAINING);
      assertThat(copy.parameters().get("bn1.running_mean").toFloats()).doesNotContain(0);
      assertThat(trained.get("bn1.running_mean").toFloats()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void copyIsNotTrained() {
    try (Parameters trained = Initialization.of(NETWORK, 1);
        MomentumEncoder copy = new MomentumEncoder(ParameterNames.of(NETWORK), trained)) {
      assertThat(TensorProbe.isTrained(trained.get("conv1.weight"))).isTrue();
      assertThat(trained.names())
          .noneMatch(name -> TensorProbe.isTrained(copy.parameters().get(name)));
    }
  }

  @Test
  void checkpointKeepsTheCopyBehindAPrefix() {
    try (Parameters trained = Initialization.of(NETWORK, 1);
        MomentumEncoder copy = new MomentumEncoder(ParameterNames.of(NETWORK), trained)) {
      assertThat(copy.state().names())
          .containsExactlyElementsOf(
              trained.names().stream().map(name -> "momentum." + name).toList());
      copy.state().set("momentum.bn1.bias", new float[] {5, 6, 7, 8});
      assertThat(copy.parameters().get("bn1.bias").toFloats()).containsExactly(5, 6, 7, 8);
      assertThat(trained.get("bn1.bias").toFloats()).containsOnly(0);
    }
  }

  @Test
  void momentumIsAShare() {
    try (Parameters trained = Initialization.of(NETWORK, 1);
        MomentumEncoder copy = new MomentumEncoder(ParameterNames.of(NETWORK), trained)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> copy.update(trained, 1.5))
          .withMessage("momentum is 1.5; allowed: 0 to 1");
    }
  }

  @Test
  void memoryStaysFlat() {
    try (Parameters trained = Initialization.of(NETWORK, 1);
        MomentumEncoder copy = new MomentumEncoder(ParameterNames.of(NETWORK), trained)) {
      copy.update(trained, 0.9);
      int ofTrained = TensorProbe.openBeside(trained.get("conv1.weight"));
      int ofCopy = TensorProbe.openBeside(copy.parameters().get("conv1.weight"));
      for (int step = 0; step < 300; step++) {
        copy.update(trained, 0.9);
      }
      assertThat(TensorProbe.openBeside(trained.get("conv1.weight"))).isEqualTo(ofTrained);
      assertThat(TensorProbe.openBeside(copy.parameters().get("conv1.weight"))).isEqualTo(ofCopy);
    }
  }
}
