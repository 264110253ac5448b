package dev.parallax.trainer.encoder;

import static dev.parallax.trainer.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parallax.trainer.encoder.Forward.Mode;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  static Stream<Arguments> encoders() {
    return Stream.of(
        Arguments.of(Encoders.resNet(18, 0.125, Stem.STEM_CIFAR, Norm.NORM_BATCH, 0), 16),
        Arguments.of(Encoders.resNet(50, 0.125, Stem.STEM_IMAGENET_D, Norm.NORM_LAYER, 0.1), 36),
        Arguments.of(Encoders.amdim(8, 16, 2, true), 32),
        Arguments.of(Encoders.amdim(8, 16, 1, false), 128));
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void nothingStaysOpenButTheRepresentationAndTheMapsThatWereAskedFor(Encoder encoder, int side) {
    Layer layer = Network.encoder(encoder, side, Network.featureMaps(encoder).keySet());
    try (Parameters parameters = GoldenParameters.of(layer);
        TensorScope scope = TensorScope.root()) {
      Tensor images = images(scope, 2, side);
      int before = scope.open();
      Forward.run(layer, parameters, images, Mode.TRAINING);
      assertThat(scope.open()).isEqualTo(before + 1);
      Map<String, Tensor> maps = new HashMap<>();
      Forward.run(layer, parameters, images, Mode.TRAINING, maps);
      assertThat(scope.open()).isEqualTo(before + 2 + Network.featureMaps(encoder).size());
      maps.values().forEach(Tensor::close);
      assertThat(scope.open()).isEqualTo(before + 2);
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void askingForMapsChangesNoRepresentation(Encoder encoder, int side) {
    Layer layer = Network.encoder(encoder, side, Network.featureMaps(encoder).keySet());
    try (Parameters parameters = GoldenParameters.of(layer);
        TensorScope scope = TensorScope.root()) {
      Tensor images = images(scope, 2, side);
      float[] plain = Forward.run(layer, parameters, images, Mode.EVALUATION).toFloats();
      Map<String, Tensor> maps = new LinkedHashMap<>();
      Tensor tapped = Forward.run(layer, parameters, images, Mode.EVALUATION, maps);
      assertThat(tapped.toFloats()).isEqualTo(plain);
      assertThat(maps.values().stream().toList().getLast().toFloats())
          .as("the last map is the representation")
          .isEqualTo(plain);
    }
  }

  @Test
  void gradientsFlowThroughAMapWhoseSuccessorsWereClosed() {
    Encoder encoder = Encoders.resNet(18, 0.125, Stem.STEM_CIFAR, Norm.NORM_BATCH, 0);
    Layer layer = Network.encoder(encoder, 16, Set.of());
    try (Parameters parameters = GoldenParameters.of(layer);
        TensorScope scope = TensorScope.root()) {
      Map<String, Tensor> maps = new HashMap<>();
      Forward.run(layer, parameters, images(scope, 2, 16), Mode.TRAINING, maps).close();
      Autograd.backward(maps.get("layer2").square().sum());
      assertThat(Autograd.gradient(parameters.get("conv1.weight")).norm()).isPositive();
    }
  }

  @Test
  void amdimHasBlocksOnlyForTheMapsThatItsLossAsksFor() {
    Encoder encoder = Encoders.amdim(8, 16, 1, false);
    assertThat(ParameterNames.of(Network.encoder(encoder, 32, Set.of("1", "5"))))
        .extracting(ParameterSpec::name)
        .contains("rkhs_block_5.shortcut.weight")
        .noneMatch(name -> name.startsWith("rkhs_block_7"));
  }

  @Test
  void amdimIsBuiltForThreeSidesOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.encoder(Encoders.amdim(8, 16, 1, false), 48, Set.of()))
        .withMessage("the side of views is 48 pixels; allowed with AMDIM: [32, 64, 128]");
  }

  @Test
  void selectiveKernelsNeedBottlenecks() {
    Encoder encoder = Encoders.resNet(34, 1, Stem.STEM_CIFAR, Norm.NORM_BATCH, 0.0625);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.encoder(encoder, 32, Set.of()))
        .withMessage("sk_ratio is 0.0625 with depth 34; allowed: depths [50, 101, 152]");
  }

  @Test
  void theMeanOfAnImagesPatchesIsThatOfItsPatchesOneByOne() {
    int side = 40;
    PatchGrid grid = PatchGrid.of(side, 16, 8);
    Encoder spec = Encoders.resNet(18, 0.125, Stem.STEM_CIFAR, Norm.NORM_LAYER, 0);
    Layer encoder = Network.encoder(spec, grid.size(), Set.of());
    int features = Network.features(spec);
    Layer served =
        Layer.Sequential.of(
            new Layer.Patches(grid.size(), grid.stride()),
            encoder,
            new Layer.PatchMean(grid.places(), features));
    try (Parameters parameters = GoldenParameters.of(encoder);
        TensorScope scope = TensorScope.root()) {
      Tensor images = images(scope, 2, side);
      double[] expected = new double[2 * features];
      for (int top = 0; top + grid.size() <= side; top += grid.stride()) {
        for (int left = 0; left + grid.size() <= side; left += grid.stride()) {
          Tensor patch = images.slice(2, top, top + grid.size()).slice(3, left, left + grid.size());
          float[] h = Forward.run(encoder, parameters, patch, Mode.EVALUATION).toFloats();
          for (int i = 0; i < h.length; i++) {
            expected[i] += (double) h[i] / grid.places();
          }
        }
      }
      Tensor h = Forward.run(served, parameters, images, Mode.EVALUATION);
      assertClose(h.toFloats(), expected, 1e-5, "representations");
    }
  }

  @Test
  void patchesGoImageByImageAndRowByRow() {
    try (Parameters none = new Parameters();
        TensorScope scope = TensorScope.root()) {
      float[] values = new float[2 * 3 * 4 * 4];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      Tensor images = scope.floats(values, 2, 3, 4, 4);
      int before = scope.open();
      Tensor patches = Forward.run(new Layer.Patches(2, 1), none, images, Mode.EVALUATION);
      assertThat(scope.open()).isEqualTo(before + 1);
      assertThat(patches.shape()).isEqualTo(new long[] {18, 3, 2, 2});
      // The second image's patch of row 2, column 1; its channels are 16 values apart.
      assertThat(patches.slice(0, 9 + 2 * 3 + 1, 9 + 2 * 3 + 2).toFloats())
          .containsExactly(57, 58, 61, 62, 73, 74, 77, 78, 89, 90, 93, 94);
    }
  }

  private static Tensor images(TensorScope scope, int count, int side) {
    byte[] pixels = GoldenWeights.images("images", count, side);
    return scope.images(ByteBuffer.allocateDirect(pixels.length).put(pixels), count, side);
  }
}
