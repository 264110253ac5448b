package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.probability;
import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.GaussianBlur;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.RandomResizedCrop;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Views: sides, counts and the transformations of each pipeline. */
final class ViewChecks {
  private static final int MAX_VIEWS = 16;
  private static final int MIN_SIDE = 8;
  private static final int MAX_SIDE = 1024;
  private static final int MIN_PATCH = 4;

  private ViewChecks() {}

  static void check(String path, Views views) {
    range(path + ".image_size", views.getImageSize(), MIN_SIDE, MAX_SIDE);
    if (views.getPipelinesCount() < 1 || views.getPipelinesCount() > MAX_VIEWS) {
      throw RequestException.invalid(
          path + ".pipelines", views.getPipelinesCount() + " pipelines", "1 to " + MAX_VIEWS);
    }
    for (int i = 0; i < views.getPipelinesCount(); i++) {
      pipeline(path + ".pipelines[" + i + "]", views, views.getPipelines(i));
    }
    int count = ViewSizes.count(views);
    if (count > MAX_VIEWS) {
      throw RequestException.invalid(
          path + ".pipelines", count + " views in all", "1 to " + MAX_VIEWS + " views in all");
    }
  }

  private static void pipeline(String path, Views views, ViewPipeline pipeline) {
    range(path + ".count", pipeline.getCount(), 1, MAX_VIEWS);
    side(path + ".image_size", views, pipeline);
    int side = ViewSizes.side(views, pipeline);
    place(path, side, pipeline);
    if (pipeline.hasFlip()) {
      probability(path + ".flip.probability", pipeline.getFlip().getProbability());
    }
    if (pipeline.hasPatches()) {
      patches(path + ".patches", side, pipeline.getPatches());
    }
    color(path, pipeline);
    if (pipeline.hasBlur()) {
      blur(path + ".blur", pipeline.getBlur());
    }
  }

  private static void side(String path, Views views, ViewPipeline pipeline) {
    int side = pipeline.getImageSize();
    int most = views.getImageSize();
    if (side != 0 && (side < MIN_SIDE || side > most)) {
      throw RequestException.invalid(
          path, side, "0, or " + MIN_SIDE + " to " + most + ", which is views.image_size");
    }
  }

  /** Where in the image a view lies. */
  private static void place(String path, int side, ViewPipeline pipeline) {
    if (pipeline.hasCrop() && pipeline.hasPadCrop()) {
      throw Check.unwanted(path + ".pad_crop", "in place of crop, which is set, too");
    }
    if (pipeline.hasCrop()) {
      crop(path + ".crop", pipeline.getCrop());
    }
    if (pipeline.hasPadCrop()) {
      range(
          path + ".pad_crop.padding",
          pipeline.getPadCrop().getPadding(),
          1,
          side,
          ", the side of the view");
    }
    if (pipeline.hasTranslate()) {
      range(
          path + ".translate.pixels",
          pipeline.getTranslate().getPixels(),
          1,
          side - 1,
          ", the side of the view less 1");
      probability(path + ".translate.probability", pipeline.getTranslate().getProbability());
    }
  }

  private static void crop(String path, RandomResizedCrop crop) {
    double min = crop.getMinScale();
    double max = crop.getMaxScale();
    if (!(min > 0 && min <= max && max <= 1)) {
      throw RequestException.invalid(path, min + " to " + max, "0 < min_scale <= max_scale <= 1");
    }
  }

  private static void patches(String path, int side, Patches patches) {
    int size = patches.getSize();
    int stride = patches.getStride();
    String grid = ", for a grid of 2 by 2 or more on views of " + side + " pixels";
    range(path + ".size", size, MIN_PATCH, side - 1, grid);
    int most = Math.min(size, side - size);
    range(path + ".stride", stride, 1, most, most < size ? grid : ", the side of a patch");
    if ((side - size) % stride != 0) {
      throw RequestException.invalid(
          path + ".stride",
          stride,
          IntStream.rangeClosed(1, most)
                  .filter(s -> (side - size) % s == 0)
                  .mapToObj(Integer::toString)
                  .collect(Collectors.joining(", "))
              + ", which divide "
              + (side - size)
              + ", the side of the view less that of a patch");
    }
  }

  private static void color(String path, ViewPipeline pipeline) {
    if (pipeline.hasColorJitter()) {
      jitter(path + ".color_jitter", pipeline.getColorJitter());
    }
    if (pipeline.hasGrayscale()) {
      probability(path + ".grayscale.probability", pipeline.getGrayscale().getProbability());
    }
    if (pipeline.hasSolarize()) {
      probability(path + ".solarize.probability", pipeline.getSolarize().getProbability());
      range(path + ".solarize.threshold", pipeline.getSolarize().getThreshold(), 1, 255);
    }
  }

  private static void jitter(String path, ColorJitter jitter) {
    range(path + ".brightness", jitter.getBrightness(), 0, 10);
    range(path + ".contrast", jitter.getContrast(), 0, 10);
    range(path + ".saturation", jitter.getSaturation(), 0, 10);
    range(path + ".hue", jitter.getHue(), 0, 0.5);
    probability(path + ".probability", jitter.getProbability());
  }

  private static void blur(String path, GaussianBlur blur) {
    probability(path + ".probability", blur.getProbability());
    range(path + ".min_sigma", blur.getMinSigma(), 0.05, 10);
    range(path + ".max_sigma", blur.getMaxSigma(), blur.getMinSigma(), 10);
  }
}
