package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.v1.Similarity.SIMILARITY_BILINEAR;
import static dev.parallax.trainer.v1.Similarity.SIMILARITY_COSINE;
import static dev.parallax.trainer.v1.Similarity.SIMILARITY_DOT;
import static dev.parallax.trainer.v1.Similarity.SIMILARITY_TANH_CLIPPED_DOT;
import static dev.parallax.trainer.v1.Similarity.SIMILARITY_UNSPECIFIED;
import static dev.parallax.trainer.v1.Targets.KindCase.IN_BATCH;
import static dev.parallax.trainer.v1.Targets.KindCase.LABELS;
import static dev.parallax.trainer.v1.Targets.KindCase.MEMORY_BANK;
import static dev.parallax.trainer.v1.Targets.KindCase.MOMENTUM_ENCODER;
import static dev.parallax.trainer.v1.Targets.KindCase.PROTOTYPES;
import static dev.parallax.trainer.v1.Targets.KindCase.STOP_GRADIENT;
import static dev.parallax.trainer.v1.Targets.KindCase.TEACHER;

import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Targets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a loss can be composed with, as its comment in recipe.proto says.
 *
 * @param loss as YAML writes it
 * @param minViews views of an image, 1 or 2
 * @param maxViews 16 where every number works
 * @param targets kinds that give what the loss needs
 * @param similarities those that its equation has; unspecified where it has none
 * @param heads whether it has a place for a projection and a prediction head
 */
record LossNeeds(
    String loss,
    int minViews,
    int maxViews,
    List<Targets.KindCase> targets,
    List<Similarity> similarities,
    Heads heads) {
  /** Heads behind the encoder that a loss may have. */
  enum Heads {
    NONE,
    PROJECTION,
    PROJECTION_AND_PREDICTION
  }

  static final List<Similarity> SIMILARITIES =
      List.of(SIMILARITY_COSINE, SIMILARITY_DOT, SIMILARITY_BILINEAR, SIMILARITY_TANH_CLIPPED_DOT);

  private static final int ANY = 16;
  private static final List<Similarity> COSINE = List.of(SIMILARITY_COSINE);

  /** A linear layer makes logits of the projection: there is nothing to compare it with. */
  private static final List<Similarity> LOGITS = List.of(SIMILARITY_UNSPECIFIED, SIMILARITY_DOT);

  static LossNeeds of(Loss loss) {
    return switch (loss.getKindCase()) {
      case NT_XENT ->
          needs(2, ANY, loss, List.of(IN_BATCH, MOMENTUM_ENCODER), SIMILARITIES, Heads.PROJECTION);
      case INFO_NCE ->
          needs(
              2, 2, loss, List.of(MOMENTUM_ENCODER), SIMILARITIES, Heads.PROJECTION_AND_PREDICTION);
      case BANK_NCE -> needs(1, 1, loss, List.of(MEMORY_BANK), COSINE, Heads.PROJECTION);
      case INSTANCE_SPREADING ->
          needs(2, 2, loss, List.of(STOP_GRADIENT), COSINE, Heads.PROJECTION);
      case NORMALIZED_MSE ->
          needs(
              2,
              2,
              loss,
              List.of(MOMENTUM_ENCODER, STOP_GRADIENT),
              COSINE,
              Heads.PROJECTION_AND_PREDICTION);
      case NEGATIVE_COSINE ->
          needs(
              2,
              2,
              loss,
              List.of(STOP_GRADIENT, MOMENTUM_ENCODER, IN_BATCH),
              COSINE,
              Heads.PROJECTION_AND_PREDICTION);
      case SWAPPED_PREDICTION -> needs(2, ANY, loss, List.of(PROTOTYPES), COSINE, Heads.PROJECTION);
      case ROW_PREDICTION ->
          needs(1, 1, loss, List.of(IN_BATCH), List.of(SIMILARITY_BILINEAR), Heads.PROJECTION);
      case MULTI_SCALE_NCE ->
          needs(
              2,
              2,
              loss,
              List.of(IN_BATCH),
              List.of(SIMILARITY_DOT, SIMILARITY_TANH_CLIPPED_DOT),
              Heads.NONE);
      case CROSS_ENTROPY -> needs(1, 1, loss, List.of(LABELS), LOGITS, Heads.PROJECTION);
      case DISTILLATION -> needs(1, 1, loss, List.of(TEACHER), LOGITS, Heads.PROJECTION);
      case KIND_NOT_SET -> throw new IllegalArgumentException("loss is not set");
    };
  }

  private static LossNeeds needs(
      int min,
      int max,
      Loss loss,
      List<Targets.KindCase> targets,
      List<Similarity> similarities,
      Heads heads) {
    return new LossNeeds(Check.yaml(loss.getKindCase()), min, max, targets, similarities, heads);
  }

  /** {@code 2 views}, {@code 2 to 16 views}. */
  String views() {
    String range = minViews == maxViews ? "" + minViews : minViews + " to " + maxViews;
    return range + (maxViews == 1 ? " view" : " views");
  }

  /** Alternatives as a sentence has them. */
  static String names(List<? extends Enum<?>> values) {
    return or(values.stream().map(Enum::name).toList());
  }

  /** {@code a, b or c}. */
  static String or(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.getFirst()
        : words.subList(0, last).stream().collect(Collectors.joining(", "))
            + " or "
            + words.get(last);
  }
}
