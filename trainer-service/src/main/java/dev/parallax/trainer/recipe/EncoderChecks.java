package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.chosen;
import static dev.parallax.trainer.recipe.Check.known;
import static dev.parallax.trainer.recipe.Check.missing;
import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.encoder.AmdimEncoder;
import dev.parallax.trainer.encoder.ResNets;
import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.List;

/** Encoders, and whether they take views of these sides. */
final class EncoderChecks {
  private EncoderChecks() {}

  static void check(String path, Encoder encoder) {
    switch (encoder.getKindCase()) {
      case RESNET -> resnet(path + ".resnet", encoder.getResnet());
      case AMDIM -> amdim(path + ".amdim", encoder.getAmdim());
      case KIND_NOT_SET -> throw missing(path, "resnet or amdim");
    }
  }

  private static void resnet(String path, ResNet resnet) {
    List<Integer> depths = ResNets.depths();
    if (!depths.contains(resnet.getDepth())) {
      throw RequestException.invalid(path + ".depth", resnet.getDepth(), depths.toString());
    }
    range(path + ".width", resnet.getWidth(), 0.125, 4);
    chosen(path + ".stem", resnet.getStem(), "STEM_IMAGENET, STEM_CIFAR or STEM_IMAGENET_D");
    known(path + ".norm", resnet.getNorm(), "NORM_BATCH or NORM_LAYER");
    if (resnet.getSkRatio() != 0) {
      selectiveKernels(path + ".sk_ratio", resnet);
    }
  }

  private static void selectiveKernels(String path, ResNet resnet) {
    double ratio = resnet.getSkRatio();
    if (!(ratio >= 0.01 && ratio <= 1)) {
      throw RequestException.invalid(path, Check.text(ratio), "0, or 0.01 to 1");
    }
    if (!ResNets.bottleneckDepths().contains(resnet.getDepth())) {
      throw RequestException.invalid(
          path,
          Check.text(ratio),
          "0 with depth " + resnet.getDepth() + ", which has no bottlenecks to put them in");
    }
    if (resnet.getStem() == Stem.STEM_IMAGENET) {
      throw RequestException.invalid(
          path,
          Check.text(ratio),
          "0 with STEM_IMAGENET; others need STEM_IMAGENET_D or STEM_CIFAR");
    }
  }

  private static void amdim(String path, Amdim amdim) {
    range(path + ".channels", amdim.getChannels(), 8, 1024);
    range(path + ".features", amdim.getFeatures(), 8, 8192);
    range(path + ".depth", amdim.getDepth(), 1, 64);
  }

  /**
   * A ResNet pads, and so takes every side down to one pixel. AMDIM's encoder does not: it has
   * other layers for other sides, and so sees one side alone.
   *
   * @param path of the recipe
   */
  static void sides(String path, Encoder encoder, Views views) {
    switch (encoder.getKindCase()) {
      case RESNET, KIND_NOT_SET -> {}
      case AMDIM -> {
        for (int i = 0; i < views.getPipelinesCount(); i++) {
          amdimPipeline(path + ".views", i, views);
        }
        amdimFeatures(path, encoder.getAmdim(), views);
      }
    }
  }

  private static void amdimPipeline(String path, int index, Views views) {
    ViewPipeline pipeline = views.getPipelines(index);
    String at = path + ".pipelines[" + index + "]";
    if (pipeline.hasPatches()) {
      amdimSide(at + ".patches.size", pipeline.getPatches().getSize());
      return;
    }
    amdimSide(path + ".image_size", views.getImageSize());
    int side = ViewSizes.side(views, pipeline);
    if (side != views.getImageSize()) {
      throw RequestException.invalid(
          at + ".image_size",
          side,
          "0 or "
              + views.getImageSize()
              + " with the encoder amdim, whose layers depend on the side");
    }
  }

  private static void amdimFeatures(String path, Amdim amdim, Views views) {
    ViewPipeline first = views.getPipelines(0);
    int side = first.hasPatches() ? first.getPatches().getSize() : views.getImageSize();
    int least = AmdimEncoder.widest(amdim, side);
    if (amdim.getFeatures() < least) {
      throw RequestException.invalid(
          path + ".encoder.amdim.features",
          amdim.getFeatures(),
          least + " or more with " + amdim.getChannels() + " channels and views of " + side);
    }
  }

  private static void amdimSide(String path, int side) {
    if (!AmdimEncoder.SIDES.contains(side)) {
      throw RequestException.invalid(path, side, "32, 64 or 128 with the encoder amdim");
    }
  }
}
