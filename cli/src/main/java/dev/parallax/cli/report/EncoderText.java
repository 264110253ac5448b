package dev.parallax.cli.report;

import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.BatchNormPolicy;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;

/** An encoder in words. */
final class EncoderText {
  private EncoderText() {}

  /** What it is: {@code ResNet-50, width 1, ImageNet stem}. */
  static String of(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> resnet(encoder.getResnet());
      case AMDIM -> amdim(encoder.getAmdim());
      case KIND_NOT_SET -> "unknown";
    };
  }

  /** As {@link #of}, with norms and how it begins. */
  static String full(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET ->
          of(encoder)
              + norm(encoder.getResnet().getNorm())
              + (encoder.getResnet().getZeroInitResidual()
                  ? ", last batch norm of a block starts at zero"
                  : "");
      case AMDIM ->
          of(encoder) + (encoder.getAmdim().getBatchNorm() ? ", batch norm" : ", no norm");
      case KIND_NOT_SET -> "unknown";
    };
  }

  private static String resnet(ResNet resnet) {
    String kernels =
        resnet.getSkRatio() > 0
            ? ", selective kernels of ratio " + Figures.brief(resnet.getSkRatio())
            : "";
    return "ResNet-%d, width %s%s, %s stem"
        .formatted(
            resnet.getDepth(), Figures.brief(resnet.getWidth()), kernels, stem(resnet.getStem()));
  }

  private static String amdim(Amdim amdim) {
    return "AMDIM encoder, %s channels, %s features, depth %d"
        .formatted(
            Figures.count(amdim.getChannels()),
            Figures.count(amdim.getFeatures()),
            amdim.getDepth());
  }

  private static String stem(Stem stem) {
    return switch (stem) {
      case STEM_IMAGENET -> "ImageNet";
      case STEM_CIFAR -> "CIFAR";
      case STEM_IMAGENET_D -> "ResNet-D";
      case STEM_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  private static String norm(Norm norm) {
    return switch (norm) {
      case NORM_UNSPECIFIED, NORM_BATCH -> "";
      case NORM_LAYER -> ", layer norm";
      case UNRECOGNIZED -> ", unknown norm";
    };
  }

  /** Over which rows batch norm takes its statistics. */
  static String statistics(BatchNormPolicy policy) {
    return switch (policy.getStatistics()) {
      case BATCH_NORM_STATISTICS_UNSPECIFIED, BATCH_NORM_STATISTICS_GLOBAL ->
          "statistics of all views of a batch together";
      case BATCH_NORM_STATISTICS_PER_VIEW -> "statistics of each view by itself";
      case BATCH_NORM_STATISTICS_SPLIT -> "statistics of each view in " + parts(policy);
      case BATCH_NORM_STATISTICS_SHUFFLED ->
          "statistics of each view in " + parts(policy) + ", keys shuffled between them";
      case UNRECOGNIZED -> "unknown";
    };
  }

  private static String parts(BatchNormPolicy policy) {
    return Figures.counted(policy.getGroups(), "part");
  }
}
