package dev.parallax.trainer.encoder;

import static dev.parallax.trainer.golden.Closeness.assertClose;
import static dev.parallax.trainer.golden.Closeness.mean;
import static dev.parallax.trainer.golden.Closeness.norm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.golden.GoldenWeights;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With the same weights, torchvision's ResNets in float64 and ours give the same numbers. */
class ResNetGoldenTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  static Stream<Golden> cases() {
    return Golden.read("resnet").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parametersHaveTorchvisionsNamesAndShapes(Golden golden) {
    Golden shapes = golden.get("shapes");
    assertThat(ParameterNames.of(layer(golden)).stream().filter(s -> s.role().trainable()))
        .allSatisfy(
            spec ->
                assertThat(spec.shape().toArray())
                    .as(spec.name())
                    .isEqualTo(shapes.longs(spec.name())))
        .extracting(ParameterSpec::name)
        .containsExactlyInAnyOrderElementsOf(shapes.keys());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void featuresInEvaluationModeAgree(Golden golden) {
    try (Parameters parameters = parameters(golden);
        TensorScope scope = TensorScope.root()) {
      Tensor features =
          Forward.run(layer(golden), parameters, images(golden, scope), Forward.Mode.EVALUATION);
      assertClose(features.toFloats(), golden.doubles("evaluation"), 1e-5, "features");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void featuresStatisticsAndGradientsInTrainingModeAgree(Golden golden) {
    try (Parameters parameters = parameters(golden);
        TensorScope scope = TensorScope.root()) {
      Tensor features =
          Forward.run(layer(golden), parameters, images(golden, scope), Forward.Mode.TRAINING);
      assertClose(features.toFloats(), golden.doubles("training"), 1e-4, "features");
      Golden means = golden.get("running_means");
      for (String name : means.keys()) {
        assertThat(mean(parameters.get(name).toFloats()))
            .as(name)
            .isCloseTo(means.number(name), within(1e-4));
      }
      long[] shape = features.shape();
      float[] coefficients =
          new GoldenNumbers("coefficients").uniforms((int) (shape[0] * shape[1]));
      Autograd.backward(features.mul(scope.floats(coefficients, shape)).sum());
      Golden norms = golden.get("gradient_norms");
      Golden starts = golden.get("gradient_starts");
      for (String name : norms.keys()) {
        float[] gradient = Autograd.gradient(parameters.get(name)).toFloats();
        double norm = norms.number(name);
        assertThat(norm(gradient)).as(name).isCloseTo(norm, within(1e-4 * norm));
        if (starts.keys().contains(name)) {
          double[] start = starts.doubles(name);
          for (int i = 0; i < start.length; i++) {
            assertThat((double) gradient[i])
                .as("%s[%d]", name, i)
                .isCloseTo(start[i], within(2e-4 * norm));
          }
        }
      }
    }
  }

  private static Layer layer(Golden golden) {
    return ResNets.build(
        ResNet.newBuilder()
            .setDepth(golden.integer("depth"))
            .setWidth(golden.number("width"))
            .setStem(Stem.valueOf(golden.string("stem")))
            .build());
  }

  private static Parameters parameters(Golden golden) {
    return GoldenParameters.of(layer(golden));
  }

  private static Tensor images(Golden golden, TensorScope scope) {
    int count = golden.integer("count");
    int side = golden.integer("side");
    byte[] pixels = GoldenWeights.images(golden.string("images"), count, side);
    return scope.images(ByteBuffer.allocateDirect(pixels.length).put(pixels), count, side);
  }
}
