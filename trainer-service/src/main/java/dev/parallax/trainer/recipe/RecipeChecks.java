package dev.parallax.trainer.recipe;

import com.google.protobuf.ProtocolMessageEnum;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.encoder.ResNets;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.List;
import java.util.regex.Pattern;

/** What a recipe has to hold to; the messages name the field, its value and what is allowed. */
final class RecipeChecks {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final int MAX_VIEWS = 16;
  private static final int MAX_ROWS = 32_768;

  private RecipeChecks() {}

  static void check(String path, Recipe recipe) {
    if (!NAME.matcher(recipe.getName()).matches()) {
      throw RequestException.invalid(path + ".name", recipe.getName(), NAME.pattern());
    }
    views(path + ".views", recipe.getViews());
    encoder(path + ".encoder", recipe.getEncoder());
    head(path + ".extraction.projection", recipe.getExtraction().getProjectionList());
    chosen(path + ".similarity", recipe.getSimilarity(), "SIMILARITY_COSINE or SIMILARITY_DOT");
    switch (recipe.getLoss().getKindCase()) {
      case NT_XENT ->
          range(
              path + ".loss.nt_xent.temperature",
              recipe.getLoss().getNtXent().getTemperature(),
              0.001,
              10);
      case INFO_NCE,
          BANK_NCE,
          INSTANCE_SPREADING,
          NORMALIZED_MSE,
          NEGATIVE_COSINE,
          SWAPPED_PREDICTION,
          ROW_PREDICTION,
          MULTI_SCALE_NCE,
          CROSS_ENTROPY,
          DISTILLATION,
          KIND_NOT_SET ->
          throw RequestException.invalid(path + ".loss", "not set", "nt_xent");
    }
    switch (recipe.getTargets().getKindCase()) {
      case IN_BATCH -> {}
      case STOP_GRADIENT,
          MOMENTUM_ENCODER,
          MEMORY_BANK,
          PROTOTYPES,
          LABELS,
          TEACHER,
          KIND_NOT_SET ->
          throw RequestException.invalid(path + ".targets", "not set", "in_batch");
    }
    optimization(path + ".optimization", recipe.getOptimization());
    batch(path, recipe);
  }

  /** All views of a batch are compared with each other, and travel in one buffer. */
  private static void batch(String path, Recipe recipe) {
    int views =
        recipe.getViews().getPipelinesList().stream().mapToInt(ViewPipeline::getCount).sum();
    int batch = recipe.getOptimization().getBatchSize();
    int side = recipe.getViews().getImageSize();
    long rows = (long) batch * views;
    long most = Math.min(MAX_ROWS, Integer.MAX_VALUE / (3L * side * side));
    if (rows > most) {
      throw RequestException.invalid(
          path + ".optimization.batch_size",
          batch,
          "at most " + most / views + " with " + views + " views of " + side + " pixels");
    }
  }

  private static void views(String path, Views views) {
    range(path + ".image_size", views.getImageSize(), 8, 1024);
    if (views.getPipelinesCount() < 1 || views.getPipelinesCount() > MAX_VIEWS) {
      throw RequestException.invalid(
          path + ".pipelines", views.getPipelinesCount() + " pipelines", "1 to " + MAX_VIEWS);
    }
    int count = 0;
    for (int i = 0; i < views.getPipelinesCount(); i++) {
      pipeline(path + ".pipelines[" + i + "]", views.getPipelines(i));
      count += views.getPipelines(i).getCount();
    }
    if (count < 2 || count > MAX_VIEWS) {
      throw RequestException.invalid(
          path + ".pipelines", count + " views in all", "2 to " + MAX_VIEWS + " views in all");
    }
  }

  private static void pipeline(String path, ViewPipeline pipeline) {
    range(path + ".count", pipeline.getCount(), 1, MAX_VIEWS);
    if (pipeline.hasCrop()) {
      double min = pipeline.getCrop().getMinScale();
      double max = pipeline.getCrop().getMaxScale();
      if (!(min > 0 && min <= max && max <= 1)) {
        throw RequestException.invalid(
            path + ".crop", min + " to " + max, "0 < min_scale <= max_scale <= 1");
      }
    }
    if (pipeline.hasFlip()) {
      range(path + ".flip.probability", pipeline.getFlip().getProbability(), 0, 1);
    }
    if (pipeline.hasColorJitter()) {
      ColorJitter jitter = pipeline.getColorJitter();
      String at = path + ".color_jitter";
      range(at + ".brightness", jitter.getBrightness(), 0, 10);
      range(at + ".contrast", jitter.getContrast(), 0, 10);
      range(at + ".saturation", jitter.getSaturation(), 0, 10);
      range(at + ".hue", jitter.getHue(), 0, 0.5);
      range(at + ".probability", jitter.getProbability(), 0, 1);
    }
    if (pipeline.hasGrayscale()) {
      range(path + ".grayscale.probability", pipeline.getGrayscale().getProbability(), 0, 1);
    }
    if (pipeline.hasBlur()) {
      range(path + ".blur.probability", pipeline.getBlur().getProbability(), 0, 1);
      range(path + ".blur.min_sigma", pipeline.getBlur().getMinSigma(), 0.05, 10);
      range(
          path + ".blur.max_sigma",
          pipeline.getBlur().getMaxSigma(),
          pipeline.getBlur().getMinSigma(),
          10);
    }
  }

  private static void encoder(String path, Encoder encoder) {
    switch (encoder.getKindCase()) {
      case RESNET -> {
        ResNet resnet = encoder.getResnet();
        if (!ResNets.depths().contains(resnet.getDepth())) {
          throw RequestException.invalid(
              path + ".resnet.depth", resnet.getDepth(), ResNets.depths().toString());
        }
        range(path + ".resnet.width", resnet.getWidth(), 0.125, 4);
        chosen(path + ".resnet.stem", resnet.getStem(), "STEM_IMAGENET or STEM_CIFAR");
      }
      case AMDIM, KIND_NOT_SET -> throw RequestException.invalid(path, "not set", "resnet");
    }
  }

  private static void head(String path, List<HeadLayer> layers) {
    if (layers.size() > 8) {
      throw RequestException.invalid(path, layers.size() + " layers", "at most 8");
    }
    for (int i = 0; i < layers.size(); i++) {
      range(path + "[" + i + "].size", layers.get(i).getSize(), 1, 65536);
    }
  }

  private static void optimization(String path, Optimization o) {
    switch (o.getOptimizerCase()) {
      case SGD -> momentum(path + ".sgd.momentum", o.getSgd().getMomentum());
      case LARS -> {
        momentum(path + ".lars.momentum", o.getLars().getMomentum());
        positive(path + ".lars.trust_coefficient", o.getLars().getTrustCoefficient(), 1);
      }
      case ADAM, ADAMW, LARC, OPTIMIZER_NOT_SET ->
          throw RequestException.invalid(path + ".optimizer", "not set", "sgd or lars");
    }
    positive(path + ".learning_rate", o.getLearningRate(), 100);
    chosen(
        path + ".rate_scaling",
        o.getRateScaling(),
        "RATE_SCALING_NONE, RATE_SCALING_LINEAR or RATE_SCALING_SQRT");
    range(path + ".weight_decay", o.getWeightDecay(), 0, 1);
    range(path + ".batch_size", o.getBatchSize(), 2, 65536);
    range(path + ".epochs", o.getEpochs(), 0, 100_000);
    if (o.getEpochs() > 0) {
      range(path + ".warmup_epochs", o.getWarmupEpochs(), 0, o.getEpochs());
    }
    chosen(path + ".decay", o.getDecay(), "DECAY_CONSTANT or DECAY_COSINE");
  }

  private static void momentum(String path, double value) {
    if (!(value >= 0 && value < 1)) {
      throw RequestException.invalid(path, value, "0 <= momentum < 1");
    }
  }

  private static void positive(String path, double value, double max) {
    if (!(value > 0 && value <= max)) {
      throw RequestException.invalid(path, value, "above 0, at most " + text(max));
    }
  }

  private static void range(String path, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw RequestException.invalid(path, text(value), text(min) + " to " + text(max));
    }
  }

  /** Refuses the zero of an enum and numbers that it does not know. */
  private static void chosen(String path, ProtocolMessageEnum value, String allowed) {
    if (((Enum<?>) value).name().equals("UNRECOGNIZED") || value.getNumber() == 0) {
      throw RequestException.invalid(path, value, allowed);
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
