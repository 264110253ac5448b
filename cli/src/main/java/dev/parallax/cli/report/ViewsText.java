package dev.parallax.cli.report;

import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.ArrayList;
import java.util.List;

/** How views are made, in words. */
final class ViewsText {
  private ViewsText() {}

  static String of(Views views) {
    List<String> pipelines = new ArrayList<>();
    for (ViewPipeline pipeline : views.getPipelinesList()) {
      List<String> steps = steps(pipeline);
      pipelines.add(
          pipeline.getCount()
              + " × ("
              + (steps.isEmpty() ? "the image as it is" : String.join(", ", steps))
              + ")"
              + (pipeline.getImageSize() == 0 ? "" : " of " + pixels(pipeline.getImageSize())));
    }
    return pixels(views.getImageSize()) + ": " + String.join("; ", pipelines);
  }

  /** In the order in which they are applied. */
  private static List<String> steps(ViewPipeline p) {
    List<String> steps = new ArrayList<>();
    if (p.hasCrop()) {
      steps.add(
          "crop of %s to %s of the area"
              .formatted(
                  Figures.brief(p.getCrop().getMinScale()),
                  Figures.brief(p.getCrop().getMaxScale())));
    }
    if (p.hasPadCrop()) {
      steps.add("crop after a border of " + plain(p.getPadCrop().getPadding()));
    }
    if (p.hasTranslate()) {
      steps.add(
          "move by up to %s %s"
              .formatted(
                  plain(p.getTranslate().getPixels()), chance(p.getTranslate().getProbability())));
    }
    if (p.hasFlip()) {
      steps.add("flip " + chance(p.getFlip().getProbability()));
    }
    if (p.hasPatches()) {
      steps.add(
          "patches of %s every %s"
              .formatted(pixels(p.getPatches().getSize()), plain(p.getPatches().getStride())));
    }
    if (p.hasColorJitter()) {
      steps.add(jitter(p.getColorJitter()));
    }
    if (p.hasGrayscale()) {
      steps.add("grey " + chance(p.getGrayscale().getProbability()));
    }
    if (p.hasBlur()) {
      steps.add(
          "blur of σ %s to %s pixels %s"
              .formatted(
                  Figures.brief(p.getBlur().getMinSigma()),
                  Figures.brief(p.getBlur().getMaxSigma()),
                  chance(p.getBlur().getProbability())));
    }
    if (p.hasSolarize()) {
      steps.add(
          "solarise from %d on %s"
              .formatted(p.getSolarize().getThreshold(), chance(p.getSolarize().getProbability())));
    }
    return steps;
  }

  private static String jitter(ColorJitter jitter) {
    return "brightness %s, contrast %s, saturation %s, hue %s %s"
        .formatted(
            Figures.brief(jitter.getBrightness()),
            Figures.brief(jitter.getContrast()),
            Figures.brief(jitter.getSaturation()),
            Figures.brief(jitter.getHue()),
            chance(jitter.getProbability()));
  }

  private static String pixels(int side) {
    return side + " × " + side + " pixels";
  }

  private static String plain(int pixels) {
    return Figures.counted(pixels, "pixel");
  }

  private static String chance(double probability) {
    return "with p\u00a0=\u00a0" + Figures.brief(probability);
  }
}
