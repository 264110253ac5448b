package dev.parallax.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parallax.trainer.encoder.Encoders;
import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxExportTest {
  @TempDir Path directory;

  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  @ParameterizedTest
  @CsvSource({
    "18, STEM_CIFAR, 32",
    "18, STEM_IMAGENET, 64",
    "34, STEM_CIFAR, 24",
    "50, STEM_IMAGENET, 64",
    "50, STEM_CIFAR, 16"
  })
  void everyEncoderComputesInOnnxRuntimeWhatItComputesInTraining(int depth, Stem stem, int side)
      throws Exception {
    Network network = Networks.of(recipe(depth, stem, side, true));
    try (Parameters parameters = trainedABit(network)) {
      Path onnx = write(network, parameters);
      assertThat(Parity.measure(network, parameters, onnx, pixels(5, side), 5)).isLessThan(1e-5);
    }
  }

  static Stream<Arguments> otherEncoders() {
    return Stream.of(
        Arguments.of(Encoders.resNet(101, 0.125, Stem.STEM_CIFAR, Norm.NORM_BATCH, 0), 16),
        Arguments.of(Encoders.resNet(152, 0.125, Stem.STEM_IMAGENET, Norm.NORM_BATCH, 0), 32),
        Arguments.of(Encoders.resNet(18, 0.125, Stem.STEM_CIFAR, Norm.NORM_LAYER, 0), 16),
        Arguments.of(Encoders.resNet(50, 0.125, Stem.STEM_CIFAR, Norm.NORM_LAYER, 0.25), 16),
        Arguments.of(Encoders.resNet(34, 0.125, Stem.STEM_IMAGENET_D, Norm.NORM_BATCH, 0), 64),
        Arguments.of(Encoders.resNet(50, 0.25, Stem.STEM_IMAGENET_D, Norm.NORM_BATCH, 0.5), 64),
        // Odd sides in front of shortcuts that average.
        Arguments.of(Encoders.resNet(50, 0.125, Stem.STEM_CIFAR, Norm.NORM_BATCH, 0.0625), 25),
        Arguments.of(Encoders.amdim(8, 64, 3, false), 32),
        Arguments.of(Encoders.amdim(8, 48, 2, true), 64),
        Arguments.of(Encoders.amdim(8, 32, 1, false), 128));
  }

  @ParameterizedTest
  @MethodSource("otherEncoders")
  void encodersOfEveryOtherKindDoSoToo(Encoder encoder, int side) throws Exception {
    Network network =
        Networks.of(
            recipe(18, Stem.STEM_CIFAR, side, true).toBuilder().setEncoder(encoder).build());
    try (Parameters parameters = trainedABit(network)) {
      Path onnx = write(network, parameters);
      assertThat(Parity.measure(network, parameters, onnx, pixels(5, side), 5)).isLessThan(1e-5);
    }
  }

  @Test
  void weightsAreReadBackUnderTheNamesAndShapesOfTraining() throws Exception {
    for (String name : List.of("simclr-small", "cpc-v2-small", "amdim-small")) {
      Network network = Networks.of(Recipes.named("recipe", name));
      try (Parameters parameters = Initialization.of(network.whole(), 7)) {
        var weights = OnnxWeights.read(write(network, parameters));
        for (ParameterSpec spec : ParameterNames.served(network.whole())) {
          assertThat(weights).as(name).containsKey(spec.name());
          assertThat(weights.get(spec.name()).shape())
              .as("%s of %s", spec.name(), name)
              .isEqualTo(spec.shape().dimensions());
          assertThat(weights.get(spec.name()).values())
              .isEqualTo(parameters.get(spec.name()).toFloats());
        }
      }
    }
  }

  @Test
  void anEncoderOfPatchesTakesWholeImages() throws Exception {
    Recipe.Builder recipe = recipe(18, Stem.STEM_CIFAR, 40, true).toBuilder();
    recipe.setEncoder(Encoders.resNet(18, 0.125, Stem.STEM_CIFAR, Norm.NORM_LAYER, 0));
    recipe
        .getViewsBuilder()
        .getPipelinesBuilder(0)
        .setPatches(Patches.newBuilder().setSize(16).setStride(8));
    Network network = Networks.of(recipe.build());
    assertThat(network.patches().orElseThrow().places()).isEqualTo(16);
    try (Parameters parameters = trainedABit(network)) {
      Path onnx = write(network, parameters);
      assertThat(Parity.measure(network, parameters, onnx, pixels(3, 40), 3)).isLessThan(1e-5);
    }
  }

  @Test
  void aHeadWithAFixedNormIsExportedWithItsStatistics() throws Exception {
    Recipe.Builder recipe = recipe(18, Stem.STEM_CIFAR, 16, true).toBuilder();
    recipe.getExtractionBuilder().getProjectionBuilder(0).setFixedNorm(true);
    Network network = Networks.of(recipe.build());
    try (Parameters parameters = trainedABit(network)) {
      Path onnx = write(network, parameters);
      assertThat(Parity.measure(network, parameters, onnx, pixels(3, 16), 3)).isLessThan(1e-5);
    }
  }

  @Test
  void anEncoderWithoutHeadHasNoProjection() throws Exception {
    Network network = Networks.of(recipe(18, Stem.STEM_CIFAR, 16, false));
    try (Parameters parameters = trainedABit(network)) {
      var graph = OnnxExport.of(network, parameters).getGraph();
      assertThat(graph.getOutputList())
          .extracting(dev.parallax.onnx.ValueInfoProto::getName)
          .containsExactly("embedding");
      Path onnx = write(network, parameters);
      assertThat(Parity.measure(network, parameters, onnx, pixels(1, 16), 1)).isLessThan(1e-5);
    }
  }

  @Test
  void parityNoticesAWeightThatDiffers() throws Exception {
    Network network = Networks.of(recipe(18, Stem.STEM_CIFAR, 16, true));
    try (Parameters parameters = trainedABit(network)) {
      Path onnx = write(network, parameters);
      float[] bias = parameters.get("bn1.bias").toFloats();
      bias[0] += 0.5f;
      parameters.set("bn1.bias", bias);
      assertThat(Parity.measure(network, parameters, onnx, pixels(3, 16), 3)).isGreaterThan(1e-4);
    }
  }

  @Test
  void aTeacherThatTakesNoImagesIsRefusedWithWhatItTakes() throws Exception {
    Network network = Networks.of(recipe(18, Stem.STEM_CIFAR, 16, true)).classifying(3);
    try (Parameters parameters = Initialization.of(network.whole(), 7)) {
      var model = OnnxExport.of(network, parameters).toBuilder();
      var graph = model.getGraphBuilder();
      graph.getInputBuilder(0).setName("pixels");
      for (var node : graph.getNodeBuilderList()) {
        for (int i = 0; i < node.getInputCount(); i++) {
          if (node.getInput(i).equals(OnnxExport.INPUT)) {
            node.setInput(i, "pixels");
          }
        }
      }
      Path onnx = Files.write(directory.resolve("teacher.onnx"), model.build().toByteArray());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new OnnxTeacher(onnx, 1))
          .withMessageStartingWith("its inputs are [pixels]");
    }
  }

  @Test
  void parityOfValuesThatAreNoNumbersIsInfinite() {
    assertThat(Parity.relative(new float[] {1, Float.NaN}, new float[] {1, 1})).isInfinite();
    assertThat(Parity.relative(new float[] {1}, new float[] {1, 1})).isInfinite();
  }

  private Path write(Network network, Parameters parameters) throws Exception {
    Path onnx = directory.resolve("model.onnx");
    Files.write(onnx, OnnxExport.of(network, parameters).toByteArray());
    return onnx;
  }

  /** Runs in training mode move the running statistics away from where they start. */
  private static Parameters trainedABit(Network network) {
    Parameters parameters = Initialization.of(network.whole(), 7);
    Autograd.without(
        () -> {
          for (int i = 0; i < 3; i++) {
            try (TensorScope scope = TensorScope.root()) {
              Forward.run(
                  network.whole(),
                  parameters,
                  scope.images(pixels(8, network.rowSide()), 8, network.rowSide()),
                  Forward.Mode.TRAINING);
            }
          }
          return null;
        });
    return parameters;
  }

  private static Recipe recipe(int depth, Stem stem, int side, boolean head) {
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    recipe.getViewsBuilder().setImageSize(side);
    recipe
        .getEncoderBuilder()
        .setResnet(ResNet.newBuilder().setDepth(depth).setWidth(0.125).setStem(stem));
    if (!head) {
      recipe.clearExtraction();
    }
    return recipe.build();
  }

  private static ByteBuffer pixels(int n, int side) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(n * side * side * 3);
    var random = new SplittableRandom(n);
    while (pixels.hasRemaining()) {
      pixels.put((byte) random.nextInt(256));
    }
    return pixels;
  }
}
