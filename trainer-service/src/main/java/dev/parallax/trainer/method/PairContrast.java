package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.NtXentLoss;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Every view against every other of the batch: SimCLR; with a momentum encoder's queue of further
 * negatives SimCLR v2's option (Chen et al. 2020b, section 2).
 */
final class PairContrast implements Objective {
  private final Sides sides;
  private final SimilarityFunction similarity;
  private final TensorScope constants = TensorScope.root();
  private final InBatchPairs pairs;
  private final Tensor temperature;

  PairContrast(MethodParts parts) {
    this.sides = new Sides(parts);
    this.similarity = parts.similarity();
    this.pairs = InBatchPairs.of(constants, parts.run().batch(), parts.run().views());
    this.temperature = constants.scalar(parts.recipe().getLoss().getNtXent().getTemperature());
  }

  @Override
  public Outcome run(Step step) {
    Tensor z = sides.trained(step.all());
    Optional<Tensor> past = sides.withPast(step, z);
    try (Tensor similarities = similarity.self(z)) {
      if (past.isEmpty()) {
        return new Outcome(NtXentLoss.of(similarities, pairs, temperature), z, keys(step, z));
      }
      try (Tensor others = past.get()) {
        return new Outcome(
            NtXentLoss.of(similarities, pairs, temperature, others), z, keys(step, z));
      }
    }
  }

  private List<Tensor> keys(Step step, Tensor z) {
    return sides.hasQueue() ? List.of(sides.target(step, step.all(), z)) : List.of();
  }

  @Override
  public Optional<Sides> sides() {
    return Optional.of(sides);
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(NtXentLoss.chance(pairs, sides.queued(epoch)));
  }

  @Override
  public void close() {
    sides.close();
    constants.close();
  }
}
