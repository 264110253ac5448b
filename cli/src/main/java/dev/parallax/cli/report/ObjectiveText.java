package dev.parallax.cli.report;

import dev.parallax.trainer.v1.BankNce;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.MultiScaleNce;
import dev.parallax.trainer.v1.RowPrediction;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.SwappedPrediction;
import dev.parallax.trainer.v1.Targets;
import java.util.stream.Collectors;

/** What is compared with what, and how the comparison is judged, in words. */
final class ObjectiveText {
  private ObjectiveText() {}

  /**
   * @param clip bound of the clipped dot product
   */
  static String similarity(Similarity similarity, double clip) {
    return switch (similarity) {
      case SIMILARITY_COSINE -> "cosine";
      case SIMILARITY_DOT -> "dot product";
      case SIMILARITY_BILINEAR -> "bilinear, with a learnt matrix";
      case SIMILARITY_TANH_CLIPPED_DOT ->
          "dot product / √d, clipped by tanh to ±" + Figures.brief(clip);
      case SIMILARITY_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  static String loss(Loss loss) {
    return switch (loss.getKindCase()) {
      case NT_XENT -> "NT-Xent" + temperature(loss.getNtXent().getTemperature());
      case INFO_NCE ->
          "InfoNCE"
              + temperature(loss.getInfoNce().getTemperature())
              + (loss.getInfoNce().getSymmetric() ? ", both views as query" : "");
      case BANK_NCE -> bank(loss.getBankNce());
      case INSTANCE_SPREADING ->
          "instance spreading" + temperature(loss.getInstanceSpreading().getTemperature());
      case NORMALIZED_MSE -> "2 − 2 cos of prediction and target, both ways added";
      case NEGATIVE_COSINE -> "−cos of prediction and projection, both ways averaged";
      case SWAPPED_PREDICTION -> swapped(loss.getSwappedPrediction());
      case ROW_PREDICTION -> rows(loss.getRowPrediction());
      case MULTI_SCALE_NCE -> maps(loss.getMultiScaleNce());
      case CROSS_ENTROPY ->
          "cross entropy with the labels of %s of the images"
              .formatted(Figures.percent(loss.getCrossEntropy().getLabelFraction()));
      case DISTILLATION ->
          "cross entropy with a teacher's softmax"
              + temperature(loss.getDistillation().getTemperature());
      case KIND_NOT_SET -> "unknown";
    };
  }

  private static String bank(BankNce bank) {
    return (bank.getNegatives() == 0
            ? "softmax over the whole bank"
            : "noise-contrastive estimation with "
                + Figures.count(bank.getNegatives())
                + " entries of the bank")
        + temperature(bank.getTemperature());
  }

  private static String swapped(SwappedPrediction swapped) {
    return "swapped prediction of assignments%s; Sinkhorn-Knopp of ε %s, %s"
        .formatted(
            temperature(swapped.getTemperature()),
            Figures.brief(swapped.getSinkhornEpsilon()),
            Figures.counted(swapped.getSinkhornIterations(), "round"));
  }

  private static String rows(RowPrediction rows) {
    return "InfoNCE of patches up to %s below their context, predictions × %s"
        .formatted(Figures.counted(rows.getRowsAhead(), "row"), Figures.brief(rows.getScale()));
  }

  private static String maps(MultiScaleNce maps) {
    return "NCE between feature maps "
        + maps.getPairsList().stream()
            .map(pair -> pair.getFrom() + " → " + pair.getTo())
            .collect(Collectors.joining(", "))
        + (maps.getLogitPenalty() == 0
            ? ""
            : ", penalty on similarities " + Figures.brief(maps.getLogitPenalty()));
  }

  private static String temperature(double temperature) {
    return ", temperature " + Figures.brief(temperature);
  }

  static String targets(Targets targets) {
    return switch (targets.getKindCase()) {
      case IN_BATCH -> "the other views of the batch";
      case STOP_GRADIENT -> "the other views of the batch, without gradients";
      case MOMENTUM_ENCODER ->
          "a momentum encoder, m "
              + Figures.brief(targets.getMomentumEncoder().getMomentum())
              + (targets.getMomentumEncoder().getCosineToOne() ? " rising to 1" : "");
      case MEMORY_BANK ->
          "a memory bank of all images, momentum "
              + Figures.brief(targets.getMemoryBank().getMomentum());
      case PROTOTYPES ->
          Figures.counted(targets.getPrototypes().getCount(), "learnt prototype")
              + (targets.getPrototypes().getFrozenEpochs() == 0
                  ? ""
                  : ", fixed for "
                      + Figures.counted(targets.getPrototypes().getFrozenEpochs(), "epoch"));
      case LABELS -> "the labels of the data";
      case TEACHER -> "a teacher model";
      case KIND_NOT_SET -> "unknown";
    };
  }

  static String queue(Targets targets) {
    return Figures.counted(targets.getQueue().getSize(), "vector")
        + " of past batches"
        + (targets.getQueue().getFromEpoch() == 0
            ? ""
            : ", from epoch " + targets.getQueue().getFromEpoch() + " on");
  }
}
