package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.InfoNceLoss;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A view's query against the other view's key and the keys of other images: MoCo. The losses of
 * both directions are computed before any key enters the queue.
 */
final class KeyContrast implements Objective {
  private final Sides sides;
  private final SimilarityFunction similarity;
  private final TensorScope constants = TensorScope.root();
  private final Tensor temperature;
  private final boolean symmetric;
  private final int batch;

  KeyContrast(MethodParts parts) {
    var loss = parts.recipe().getLoss().getInfoNce();
    this.sides = new Sides(parts);
    this.similarity = parts.similarity();
    this.temperature = constants.scalar(loss.getTemperature());
    this.symmetric = loss.getSymmetric();
    this.batch = parts.run().batch();
  }

  @Override
  public Outcome run(Step step) {
    if (symmetric) {
      Tensor z = sides.trained(step.all());
      Tensor queries = sides.predicted(z, 2);
      Tensor keys = sides.target(step, step.all(), z);
      Tensor loss = TwoWays.mean(queries, keys, (query, key) -> loss(step, query, key));
      return new Outcome(loss, z, List.of(keys));
    }
    Tensor z = sides.trained(step.view(0));
    Tensor keys = sides.target(step, step.view(1), z);
    return new Outcome(loss(step, sides.predicted(z, 1), keys), z, List.of(keys));
  }

  private Tensor loss(Step step, Tensor query, Tensor key) {
    Optional<Tensor> past = sides.withPast(step, query);
    if (past.isEmpty()) {
      try (Tensor similarities = similarity.matrix(query, key)) {
        return InfoNceLoss.ofMatrix(similarities, temperature);
      }
    }
    try (Tensor negative = past.get();
        Tensor positive = similarity.pairs(query, key)) {
      return InfoNceLoss.of(positive, negative, temperature);
    }
  }

  @Override
  public Optional<Sides> sides() {
    return Optional.of(sides);
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    int queued = sides.queued(epoch);
    return OptionalDouble.of(InfoNceLoss.chance(queued > 0 ? queued : batch - 1));
  }

  @Override
  public void close() {
    sides.close();
    constants.close();
  }
}
