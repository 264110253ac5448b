package dev.parallax.trainer.recipe;

import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ViewChecksTest {
  @ParameterizedTest
  @MethodSource({"sidesAndCounts", "transformations", "patches"})
  void viewsThatCannotBeMade_areRefused(Refusal refusal) {
    refusal.holds();
  }

  static Stream<Refusal> sidesAndCounts() {
    return Stream.of(
        change(
            r -> r.getViewsBuilder().setImageSize(7), "views.image_size is 7; allowed: 8 to 1024"),
        change(
            r -> r.getViewsBuilder().setImageSize(1025),
            "views.image_size is 1025; allowed: 8 to 1024"),
        change(
            r -> r.getViewsBuilder().clearPipelines(),
            "views.pipelines is \"0 pipelines\"; allowed: 1 to 16"),
        pipeline(p -> p.setCount(0), "count is 0; allowed: 1 to 16"),
        pipeline(p -> p.setCount(17), "count is 17; allowed: 1 to 16"),
        change(
            r -> r.getViewsBuilder().addPipelinesBuilder().setCount(15),
            "views.pipelines is \"17 views in all\"; allowed: 1 to 16 views in all"),
        pipeline(
            p -> p.setImageSize(7),
            "image_size is 7; allowed: 0, or 8 to 32, which is views.image_size"),
        pipeline(
            p -> p.setImageSize(40),
            "image_size is 40; allowed: 0, or 8 to 32, which is views.image_size"));
  }

  static Stream<Refusal> transformations() {
    return Stream.of(
        pipeline(
            p -> p.getCropBuilder().setMinScale(0.5).setMaxScale(0.4),
            "crop is \"0.5 to 0.4\"; allowed: 0 < min_scale <= max_scale <= 1"),
        pipeline(
            p -> p.getPadCropBuilder().setPadding(4),
            "pad_crop is set; allowed: in place of crop, which is set, too"),
        pipeline(
            p -> p.clearCrop().getPadCropBuilder().setPadding(33),
            "pad_crop.padding is 33; allowed: 1 to 32, the side of the view"),
        pipeline(
            p -> p.getTranslateBuilder().setPixels(32),
            "translate.pixels is 32; allowed: 1 to 31, the side of the view less 1"),
        pipeline(
            p -> p.getTranslateBuilder().setPixels(4).setProbability(1.5),
            "translate.probability is 1.5; allowed: 0 to 1"),
        pipeline(
            p -> p.getFlipBuilder().setProbability(Double.NaN),
            "flip.probability is \"NaN\"; allowed: 0 to 1"),
        pipeline(
            p -> p.getColorJitterBuilder().setBrightness(11),
            "color_jitter.brightness is 11; allowed: 0 to 10"),
        pipeline(
            p -> p.getColorJitterBuilder().setContrast(-1),
            "color_jitter.contrast is -1; allowed: 0 to 10"),
        pipeline(
            p -> p.getColorJitterBuilder().setSaturation(11),
            "color_jitter.saturation is 11; allowed: 0 to 10"),
        pipeline(
            p -> p.getColorJitterBuilder().setHue(0.6),
            "color_jitter.hue is 0.6; allowed: 0 to 0.5"),
        pipeline(
            p -> p.getColorJitterBuilder().setProbability(2),
            "color_jitter.probability is 2; allowed: 0 to 1"),
        pipeline(
            p -> p.getGrayscaleBuilder().setProbability(-0.5),
            "grayscale.probability is -0.5; allowed: 0 to 1"),
        pipeline(
            p -> p.getBlurBuilder().setProbability(2).setMinSigma(1).setMaxSigma(2),
            "blur.probability is 2; allowed: 0 to 1"),
        pipeline(
            p -> p.getBlurBuilder().setMinSigma(0.01).setMaxSigma(2),
            "blur.min_sigma is 0.01; allowed: 0.05 to 10"),
        pipeline(
            p -> p.getBlurBuilder().setMinSigma(1).setMaxSigma(0.5),
            "blur.max_sigma is 0.5; allowed: 1 to 10"),
        pipeline(
            p -> p.getSolarizeBuilder().setProbability(2).setThreshold(128),
            "solarize.probability is 2; allowed: 0 to 1"),
        pipeline(
            p -> p.getSolarizeBuilder().setThreshold(0),
            "solarize.threshold is 0; allowed: 1 to 255"),
        pipeline(
            p -> p.getSolarizeBuilder().setThreshold(256),
            "solarize.threshold is 256; allowed: 1 to 255"));
  }

  static Stream<Refusal> patches() {
    String grid = ", for a grid of 2 by 2 or more on views of 32 pixels";
    return Stream.of(
        patches(3, 1, "size is 3; allowed: 4 to 31" + grid),
        patches(32, 16, "size is 32; allowed: 4 to 31" + grid),
        patches(20, 20, "stride is 20; allowed: 1 to 12" + grid),
        patches(8, 0, "stride is 0; allowed: 1 to 8, the side of a patch"),
        patches(8, 9, "stride is 9; allowed: 1 to 8, the side of a patch"),
        patches(
            8,
            5,
            "stride is 5; allowed: 1, 2, 3, 4, 6, 8, which divide 24, the side of the view less"
                + " that of a patch"));
  }

  private static Refusal patches(int size, int stride, String message) {
    return Refusal.of(
        Compositions.rowPrediction(),
        r ->
            r.getViewsBuilder()
                .getPipelinesBuilder(0)
                .getPatchesBuilder()
                .setSize(size)
                .setStride(stride),
        "views.pipelines[0].patches." + message);
  }

  private static Refusal pipeline(Consumer<ViewPipeline.Builder> change, String message) {
    return change(
        r -> change.accept(r.getViewsBuilder().getPipelinesBuilder(0)),
        "views.pipelines[0]." + message);
  }

  private static Refusal change(Consumer<Recipe.Builder> change, String message) {
    return Refusal.of(Compositions.ntXent(), change, message);
  }
}
