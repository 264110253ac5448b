package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parallax.trainer.encoder.ResNets;
import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderChecksTest {
  @ParameterizedTest
  @MethodSource({"resNets", "amdims", "heads"})
  void networksThatCannotBeBuilt_areRefused(Refusal refusal) {
    refusal.holds();
  }

  @Test
  void everyDepthThatCanBeBuilt_isAllowed() {
    for (int depth : ResNets.depths()) {
      Recipe.Builder recipe = Compositions.ntXent();
      recipe.getEncoderBuilder().getResnetBuilder().setDepth(depth);
      assertThatCode(() -> RecipeChecks.check("recipe", recipe.build())).doesNotThrowAnyException();
    }
  }

  @Test
  void encodersThatNoModelFileCanHold_areRefusedWithTheWidthThatWouldFit() {
    resnet(
            r -> r.setDepth(152).setWidth(4),
            "width is 4; allowed: at most 3 with the rest of the encoder as it is, which has 928945920"
                + " parameters of at most 536608768 (2 GiB)")
        .holds();
    Refusal.of(
            Compositions.multiScaleNceOfAmdim(),
            r ->
                r.getEncoderBuilder()
                    .getAmdimBuilder()
                    .setChannels(1024)
                    .setFeatures(8192)
                    .setDepth(64),
            "encoder.amdim.channels is 1024; allowed: at most 190 with the rest of the encoder as it"
                + " is, which has 7937458176 parameters of at most 536608768 (2 GiB)")
        .holds();
    Refusal.of(
            Compositions.ntXent(),
            r -> {
              r.getExtractionBuilder().addProjectionBuilder().setSize(16_384);
              r.getExtractionBuilder().addProjectionBuilder().setSize(16_384);
              r.getExtractionBuilder().addProjectionBuilder().setSize(16_384);
            },
            "extraction has 537993984 parameters; allowed: at most 535906192 with the 702576 of the encoder"
                + " (2 GiB in all)")
        .holds();
  }

  @Test
  void selectiveKernels_areAllowedInBottlenecksBehindAStemOfSmallConvolutions() {
    for (Stem stem : new Stem[] {Stem.STEM_CIFAR, Stem.STEM_IMAGENET_D}) {
      Recipe.Builder recipe = Compositions.ntXent();
      recipe.getEncoderBuilder().getResnetBuilder().setDepth(50).setStem(stem).setSkRatio(0.0625);
      assertThatCode(() -> RecipeChecks.check("recipe", recipe.build())).doesNotThrowAnyException();
    }
  }

  static Stream<Refusal> resNets() {
    return Stream.of(
        change(r -> r.clearEncoder(), "encoder is not set; allowed: resnet or amdim"),
        resnet(r -> r.setDepth(19), "depth is 19; allowed: " + ResNets.depths()),
        resnet(r -> r.setWidth(0.1), "width is 0.1; allowed: 0.125 to 4"),
        resnet(r -> r.setWidth(5), "width is 5; allowed: 0.125 to 4"),
        resnet(
            r -> r.clearStem(),
            "stem is STEM_UNSPECIFIED; allowed: STEM_IMAGENET, STEM_CIFAR or STEM_IMAGENET_D"),
        resnet(r -> r.setNormValue(9), "norm is UNRECOGNIZED; allowed: NORM_BATCH or NORM_LAYER"),
        resnet(
            r -> r.setDepth(50).setSkRatio(0.001), "sk_ratio is 0.001; allowed: 0, or 0.01 to 1"),
        resnet(
            r -> r.setDepth(50).setSkRatio(Double.NaN),
            "sk_ratio is \"NaN\"; allowed: 0, or 0.01 to 1"),
        resnet(
            r -> r.setDepth(18).setSkRatio(0.0625),
            "sk_ratio is 0.0625; allowed: 0 with depth 18, which has no bottlenecks to put them"
                + " in"),
        resnet(
            r -> r.setDepth(50).setSkRatio(0.0625).setStem(Stem.STEM_IMAGENET),
            "sk_ratio is 0.0625; allowed: 0 with STEM_IMAGENET; others need STEM_IMAGENET_D or"
                + " STEM_CIFAR"));
  }

  static Stream<Refusal> amdims() {
    return Stream.of(
        amdim(a -> a.setChannels(7), "encoder.amdim.channels is 7; allowed: 8 to 1024"),
        amdim(a -> a.setFeatures(8193), "encoder.amdim.features is 8193; allowed: 8 to 8192"),
        amdim(a -> a.setDepth(0), "encoder.amdim.depth is 0; allowed: 1 to 64"),
        amdim(
            a -> a.setChannels(64).setFeatures(255),
            "encoder.amdim.features is 255; allowed: 256 or more with 64 channels and views of 32"),
        Refusal.of(
            Compositions.multiScaleNceOfAmdim(),
            r -> r.getViewsBuilder().setImageSize(96),
            "views.image_size is 96; allowed: 32, 64 or 128 with the encoder amdim"),
        Refusal.of(
            Compositions.multiScaleNceOfAmdim(),
            r -> r.getViewsBuilder().getPipelinesBuilder(0).setImageSize(16),
            "views.pipelines[0].image_size is 16; allowed: 0 or 32 with the encoder amdim, whose"
                + " layers depend on the side"),
        Refusal.of(
            Compositions.rowPrediction(),
            r ->
                r.getEncoderBuilder()
                    .getAmdimBuilder()
                    .setChannels(64)
                    .setFeatures(256)
                    .setDepth(2),
            "views.pipelines[0].patches.size is 8; allowed: 32, 64 or 128 with the encoder"
                + " amdim"));
  }

  static Stream<Refusal> heads() {
    return Stream.of(
        change(
            r -> {
              for (int i = 0; i < 7; i++) {
                r.getExtractionBuilder().addProjectionBuilder().setSize(64);
              }
            },
            "extraction.projection is \"9 layers\"; allowed: at most 8"),
        change(
            r -> r.getExtractionBuilder().getProjectionBuilder(1).setSize(65537),
            "extraction.projection[1].size is 65537; allowed: 1 to 65536"),
        change(
            r -> {
              r.getExtractionBuilder().getProjectionBuilder(0).setSize(65536);
              r.getExtractionBuilder().getProjectionBuilder(1).setSize(8192);
            },
            "extraction.projection[1].size is 8192; allowed: 1 to 4096 behind 65536 values (1 GiB"
                + " of weights)"),
        change(
            r ->
                r.getExtractionBuilder()
                    .getProjectionBuilder(0)
                    .setBatchNorm(false)
                    .setFixedNorm(true),
            "extraction.projection[0].fixed_norm is true; allowed: false unless batch_norm is true,"
                + " too"),
        Refusal.of(
            Compositions.negativeCosine(),
            r -> r.getExtractionBuilder().getPredictionBuilder(0).setSize(0),
            "extraction.prediction[0].size is 0; allowed: 1 to 65536"),
        Refusal.of(
            Compositions.rowPrediction(),
            r -> r.getExtractionBuilder().getContextBuilder().setBlocks(17),
            "extraction.context.blocks is 17; allowed: 1 to 16"),
        Refusal.of(
            Compositions.rowPrediction(),
            r -> r.getExtractionBuilder().getContextBuilder().setHidden(4),
            "extraction.context.hidden is 4; allowed: 8 to 4096"));
  }

  private static Refusal resnet(Consumer<ResNet.Builder> change, String message) {
    return change(
        r -> change.accept(r.getEncoderBuilder().getResnetBuilder()), "encoder.resnet." + message);
  }

  private static Refusal amdim(Consumer<Amdim.Builder> change, String message) {
    return Refusal.of(
        Compositions.multiScaleNceOfAmdim(),
        r -> change.accept(r.getEncoderBuilder().getAmdimBuilder()),
        message);
  }

  private static Refusal change(Consumer<Recipe.Builder> change, String message) {
    return Refusal.of(Compositions.ntXent(), change, message);
  }
}
