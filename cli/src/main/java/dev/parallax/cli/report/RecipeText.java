package dev.parallax.cli.report;

import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A recipe in words, axis by axis. */
final class RecipeText {
  private RecipeText() {}

  /** Axis to description, in the order in which an image meets them. */
  static Map<String, String> describe(Recipe recipe) {
    Map<String, String> axes = new LinkedHashMap<>();
    axes.put("Views", views(recipe.getViews()));
    axes.put("Encoder", encoder(recipe.getEncoder()) + zeroInit(recipe.getEncoder()));
    axes.put("Projection head", head(recipe.getExtraction().getProjectionList()));
    axes.put("Similarity", similarity(recipe.getSimilarity()));
    axes.put("Loss", loss(recipe.getLoss()));
    axes.put("Targets", targets(recipe.getTargets()));
    axes.put("Optimiser", optimizer(recipe.getOptimization()));
    axes.put("Learning rate", rate(recipe.getOptimization()));
    axes.put("Batch", batch(recipe));
    return axes;
  }

  static String encoder(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> resnet(encoder.getResnet());
      case AMDIM, KIND_NOT_SET -> "unknown";
    };
  }

  private static String resnet(ResNet resnet) {
    return "ResNet-%d, width %s, %s stem"
        .formatted(resnet.getDepth(), Figures.brief(resnet.getWidth()), stem(resnet.getStem()));
  }

  private static String stem(Stem stem) {
    return switch (stem) {
      case STEM_IMAGENET -> "ImageNet";
      case STEM_CIFAR -> "CIFAR";
      case STEM_IMAGENET_D, STEM_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  private static String zeroInit(Encoder encoder) {
    return encoder.getResnet().getZeroInitResidual()
        ? ", last batch norm of a block starts at zero"
        : "";
  }

  private static String views(Views views) {
    List<String> pipelines = new ArrayList<>();
    for (ViewPipeline pipeline : views.getPipelinesList()) {
      pipelines.add(pipeline.getCount() + " × (" + String.join(", ", steps(pipeline)) + ")");
    }
    return "%d × %d pixels: %s"
        .formatted(views.getImageSize(), views.getImageSize(), String.join("; ", pipelines));
  }

  private static List<String> steps(ViewPipeline p) {
    List<String> steps = new ArrayList<>();
    if (p.hasCrop()) {
      steps.add(
          "crop of %s to %s of the area"
              .formatted(
                  Figures.brief(p.getCrop().getMinScale()),
                  Figures.brief(p.getCrop().getMaxScale())));
    }
    if (p.hasFlip()) {
      steps.add("flip " + chance(p.getFlip().getProbability()));
    }
    if (p.hasColorJitter()) {
      var jitter = p.getColorJitter();
      steps.add(
          "brightness %s, contrast %s, saturation %s, hue %s %s"
              .formatted(
                  Figures.brief(jitter.getBrightness()),
                  Figures.brief(jitter.getContrast()),
                  Figures.brief(jitter.getSaturation()),
                  Figures.brief(jitter.getHue()),
                  chance(jitter.getProbability())));
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
    return steps;
  }

  private static String chance(double probability) {
    return "with p\u00a0=\u00a0" + Figures.brief(probability);
  }

  private static String head(List<HeadLayer> layers) {
    if (layers.isEmpty()) {
      return "none; the loss sees the representation itself";
    }
    return String.join(
        " → ",
        layers.stream()
            .map(
                l ->
                    "linear "
                        + Figures.count(l.getSize())
                        + (l.getBatchNorm() ? ", batch norm" : "")
                        + (l.getRelu() ? ", ReLU" : ""))
            .toList());
  }

  private static String similarity(Similarity similarity) {
    return switch (similarity) {
      case SIMILARITY_COSINE -> "cosine";
      case SIMILARITY_DOT -> "dot product";
      case SIMILARITY_BILINEAR, SIMILARITY_TANH_CLIPPED_DOT, SIMILARITY_UNSPECIFIED, UNRECOGNIZED ->
          "unknown";
    };
  }

  private static String loss(Loss loss) {
    return switch (loss.getKindCase()) {
      case NT_XENT -> "NT-Xent, temperature " + Figures.brief(loss.getNtXent().getTemperature());
      default -> "unknown";
    };
  }

  private static String targets(Targets targets) {
    return switch (targets.getKindCase()) {
      case IN_BATCH -> "the other views of the batch";
      default -> "unknown";
    };
  }

  private static String optimizer(Optimization o) {
    String name =
        switch (o.getOptimizerCase()) {
          case SGD ->
              "SGD, momentum "
                  + Figures.brief(o.getSgd().getMomentum())
                  + (o.getSgd().getNesterov() ? ", Nesterov" : "");
          case LARS ->
              "LARS, momentum %s, trust coefficient %s"
                  .formatted(
                      Figures.brief(o.getLars().getMomentum()),
                      Figures.brief(o.getLars().getTrustCoefficient()));
          case ADAM, ADAMW, LARC, OPTIMIZER_NOT_SET -> "unknown";
        };
    return name
        + ", weight decay "
        + Figures.brief(o.getWeightDecay())
        + (o.getExcludeBiasAndNorm() ? ", not on biases and batch norm" : "");
  }

  private static String rate(Optimization o) {
    String decay =
        switch (o.getDecay()) {
          case DECAY_COSINE -> "cosine decay";
          case DECAY_CONSTANT -> "no decay";
          case DECAY_STEP, DECAY_UNSPECIFIED, UNRECOGNIZED -> "unknown decay";
        };
    return "%s%s, %s epochs of warm-up, %s"
        .formatted(
            Figures.brief(o.getLearningRate()),
            scaling(o.getRateScaling()),
            Figures.brief(o.getWarmupEpochs()),
            decay);
  }

  private static String scaling(RateScaling scaling) {
    return switch (scaling) {
      case RATE_SCALING_LINEAR -> " × batch / 256";
      case RATE_SCALING_SQRT -> " × √batch";
      case RATE_SCALING_NONE, RATE_SCALING_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  private static String batch(Recipe recipe) {
    return "%s, %s"
        .formatted(
            Figures.counted(recipe.getOptimization().getBatchSize(), "image"),
            Figures.counted(recipe.getOptimization().getEpochs(), "epoch"));
  }
}
