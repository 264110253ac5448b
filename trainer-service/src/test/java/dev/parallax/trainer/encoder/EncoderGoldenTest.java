package dev.parallax.trainer.encoder;

import static dev.parallax.trainer.golden.Closeness.assertClose;
import static dev.parallax.trainer.golden.Closeness.mean;
import static dev.parallax.trainer.golden.Closeness.norm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.encoder.Forward.Mode;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.golden.GoldenWeights;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.Stem;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With the same weights, PyTorch's encoders in float64 and ours give the same numbers. */
class EncoderGoldenTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  static Stream<Golden> cases() {
    return Stream.of("resnet_101", "resnet_variants", "amdim")
        .flatMap(file -> Golden.read(file).cases().stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parametersHaveTheOfficialNamesAndShapes(Golden golden) {
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
  void featureMapsAreKnownWithoutTheirTensors(Golden golden) {
    Golden shapes = golden.get("map_shapes");
    Map<String, Integer> channels = Network.featureMaps(encoder(golden));
    assertThat(List.copyOf(channels.keySet())).isEqualTo(List.copyOf(shapes.keys()));
    assertThat(channels)
        .allSatisfy(
            (name, count) -> assertThat(shapes.longs(name)[1]).isEqualTo(count.longValue()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void representationsAndMapsInEvaluationModeAgree(Golden golden) {
    try (Parameters parameters = GoldenParameters.of(layer(golden));
        TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> maps = new LinkedHashMap<>();
      Tensor features =
          Forward.run(layer(golden), parameters, images(golden, scope), Mode.EVALUATION, maps);
      assertClose(features.toFloats(), golden.doubles("evaluation"), 1e-5, "features");
      Golden norms = golden.get("evaluation_map_norms");
      assertThat(List.copyOf(maps.keySet())).isEqualTo(List.copyOf(norms.keys()));
      maps.forEach(
          (name, map) ->
              assertThat(norm(map.toFloats()))
                  .as(name)
                  .isCloseTo(norms.number(name), within(1e-5 * norms.number(name))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everythingInTrainingModeAgrees(Golden golden) {
    try (Parameters parameters = GoldenParameters.of(layer(golden));
        TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> maps = new LinkedHashMap<>();
      Tensor features =
          Forward.run(layer(golden), parameters, images(golden, scope), Mode.TRAINING, maps);
      assertClose(features.toFloats(), golden.doubles("training"), 1e-4, "features");
      mapsAgree(golden, maps);
      Golden means = golden.get("running_means");
      for (String name : means.keys()) {
        assertThat(mean(parameters.get(name).toFloats()))
            .as(name)
            .isCloseTo(means.number(name), within(1e-4));
      }
      Tensor total = weighted("coefficients", features, scope);
      for (Map.Entry<String, Tensor> map : maps.entrySet()) {
        long[] shape = map.getValue().shape();
        long places = Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
        total = total.add(weighted(map.getKey(), map.getValue(), scope).mul(1.0 / places));
      }
      Autograd.backward(total);
      gradientsAgree(golden.get("gradient_norms"), parameters);
    }
  }

  private static void mapsAgree(Golden golden, Map<String, Tensor> maps) {
    Golden norms = golden.get("map_norms");
    maps.forEach(
        (name, map) -> {
          assertThat(map.shape()).as(name).isEqualTo(golden.get("map_shapes").longs(name));
          float[] values = map.toFloats();
          double norm = norms.number(name);
          assertThat(norm(values)).as(name).isCloseTo(norm, within(1e-4 * norm));
          double[] start = golden.get("map_starts").doubles(name);
          for (int i = 0; i < start.length; i++) {
            assertThat((double) values[i])
                .as("%s[%d]", name, i)
                .isCloseTo(start[i], within(1e-4 * norm));
          }
        });
  }

  /** A golden gradient of zero is one that a norm takes away but for rounding. */
  private static void gradientsAgree(Golden norms, Parameters parameters) {
    double largest = norms.keys().stream().mapToDouble(norms::number).max().orElseThrow();
    for (String name : norms.keys()) {
      double norm = norms.number(name);
      assertThat(norm(Autograd.gradient(parameters.get(name)).toFloats()))
          .as(name)
          .isCloseTo(norm, within(norm == 0 ? 1e-5 * largest : 2e-4 * norm));
    }
  }

  private static Tensor weighted(String name, Tensor values, TensorScope scope) {
    long[] shape = values.shape();
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    return values.mul(scope.floats(new GoldenNumbers(name).uniforms(size), shape)).sum();
  }

  private static Layer layer(Golden golden) {
    Encoder encoder = encoder(golden);
    return Network.encoder(encoder, golden.integer("side"), Network.featureMaps(encoder).keySet());
  }

  private static Encoder encoder(Golden golden) {
    Golden spec = golden.get("encoder");
    if (spec.keys().contains("amdim")) {
      Golden amdim = spec.get("amdim");
      return Encoders.amdim(
          amdim.integer("channels"),
          amdim.integer("features"),
          amdim.integer("depth"),
          amdim.bool("batchNorm"));
    }
    Golden resnet = spec.get("resnet");
    return Encoders.resNet(
        resnet.integer("depth"),
        resnet.number("width"),
        Stem.valueOf(resnet.string("stem")),
        Norm.valueOf(resnet.string("norm")),
        resnet.number("skRatio"));
  }

  private static Tensor images(Golden golden, TensorScope scope) {
    int count = golden.integer("count");
    int side = golden.integer("side");
    byte[] pixels = GoldenWeights.images(golden.string("images"), count, side);
    return scope.images(ByteBuffer.allocateDirect(pixels.length).put(pixels), count, side);
  }
}
