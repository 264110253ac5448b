package dev.parallax.cli.report;

import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateScaling;
import java.util.stream.Collectors;

/** How weights are learnt, in words. */
final class OptimizationText {
  private OptimizationText() {}

  static String optimizer(Optimization o) {
    String name =
        switch (o.getOptimizerCase()) {
          case SGD ->
              "SGD, momentum "
                  + Figures.brief(o.getSgd().getMomentum())
                  + (o.getSgd().getNesterov() ? ", Nesterov" : "");
          case LARS ->
              layerwise("LARS", o.getLars().getMomentum(), o.getLars().getTrustCoefficient());
          case LARC ->
              layerwise("LARC", o.getLarc().getMomentum(), o.getLarc().getTrustCoefficient());
          case ADAM ->
              adaptive(
                  "Adam", o.getAdam().getBeta1(), o.getAdam().getBeta2(), o.getAdam().getEpsilon());
          case ADAMW ->
              adaptive(
                  "AdamW",
                  o.getAdamw().getBeta1(),
                  o.getAdamw().getBeta2(),
                  o.getAdamw().getEpsilon());
          case OPTIMIZER_NOT_SET -> "unknown";
        };
    return name
        + ", weight decay "
        + Figures.brief(o.getWeightDecay())
        + (o.getExcludeBiasAndNorm() ? ", not on biases and batch norm" : "")
        + (o.getClipNorm() > 0
            ? ", gradients of norm " + Figures.brief(o.getClipNorm()) + " at most"
            : "");
  }

  private static String layerwise(String name, double momentum, double trust) {
    return "%s, momentum %s, trust coefficient %s"
        .formatted(name, Figures.brief(momentum), Figures.brief(trust));
  }

  private static String adaptive(String name, double beta1, double beta2, double epsilon) {
    return "%s, β %s and %s, ε %s"
        .formatted(name, Figures.brief(beta1), Figures.brief(beta2), Figures.brief(epsilon));
  }

  static String rate(Optimization o) {
    String warmup =
        o.getWarmupSteps() > 0
            ? Figures.counted(o.getWarmupSteps(), "update") + " of warm-up"
            : Figures.brief(o.getWarmupEpochs()) + " epochs of warm-up";
    return "%s%s, %s, %s%s"
        .formatted(
            Figures.brief(o.getLearningRate()),
            scaling(o.getRateScaling()),
            warmup,
            decay(o),
            o.getConstantPredictionRate() ? ", prediction head's constant" : "");
  }

  private static String decay(Optimization o) {
    return switch (o.getDecay()) {
      case DECAY_COSINE ->
          o.getFinalLearningRate() == 0
              ? "cosine decay"
              : "cosine decay to " + Figures.brief(o.getFinalLearningRate());
      case DECAY_CONSTANT -> "no decay";
      case DECAY_STEP ->
          o.getStepsList().stream()
              .map(
                  step -> "× " + Figures.brief(step.getFactor()) + " from epoch " + step.getEpoch())
              .collect(Collectors.joining(", "));
      case DECAY_UNSPECIFIED, UNRECOGNIZED -> "unknown decay";
    };
  }

  private static String scaling(RateScaling scaling) {
    return switch (scaling) {
      case RATE_SCALING_LINEAR -> " × batch / 256";
      case RATE_SCALING_SQRT -> " × √batch";
      case RATE_SCALING_NONE, RATE_SCALING_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  static String batch(Optimization o) {
    return Figures.counted(o.getBatchSize(), "image")
        + (o.getAccumulatedBatches() > 1
            ? ", an update every " + o.getAccumulatedBatches() + " batches"
            : "")
        + ", "
        + Figures.counted(o.getEpochs(), "epoch");
  }
}
