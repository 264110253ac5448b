package dev.parallax.trainer.method;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.optimization.MomentumSchedule;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.FeatureQueue;
import dev.parallax.trainer.targets.MomentumEncoder;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The two sides of a comparison of views: the trained one, and the one it is held against, which is
 * the same (in_batch), the same without gradients (stop_gradient) or the momentum encoder's.
 */
final class Sides implements AutoCloseable {
  private final MethodParts parts;
  private final Network network;
  private final Targets targets;
  private final Optional<MomentumEncoder> momentum;
  private final MomentumSchedule schedule;
  private final Optional<FeatureQueue> queue;
  private final SimilarityFunction similarity;

  Sides(MethodParts parts) {
    this.parts = parts;
    this.network = parts.network();
    this.targets = parts.recipe().getTargets();
    this.similarity = parts.similarity();
    this.momentum =
        targets.hasMomentumEncoder()
            ? Optional.of(
                new MomentumEncoder(ParameterNames.of(network.whole()), parts.parameters()))
            : Optional.empty();
    // Without a momentum encoder its schedule is that of momentum 0, which nobody asks.
    this.schedule = MomentumSchedule.of(targets.getMomentumEncoder(), parts.run().steps());
    this.queue =
        targets.hasQueue()
            ? Optional.of(
                new FeatureQueue(
                    "queue",
                    targets.getQueue().getSize(),
                    network.projectionSize(),
                    parts.run().seed()))
            : Optional.empty();
  }

  /** Projections {@code [views * n, d]} that gradients flow to. */
  Tensor trained(List<Step.Rows> rows) {
    return parts.norms().run(network, parts.parameters(), rows);
  }

  /** The prediction head on top; {@code z} itself where there is none. */
  Tensor predicted(Tensor z, int views) {
    return network.prediction().layers().isEmpty()
        ? z
        : parts.norms().run(network.prediction(), parts.parameters(), z, views);
  }

  /**
   * What the trained side is held against.
   *
   * @param z the trained side's projections of the same rows; used where the targets are its own
   */
  Tensor target(Step step, List<Step.Rows> rows, Tensor z) {
    return switch (targets.getKindCase()) {
      case IN_BATCH -> z;
      case STOP_GRADIENT -> z.detach();
      case MOMENTUM_ENCODER ->
          Autograd.without(
              () -> parts.norms().keys(network, momentum.orElseThrow().parameters(), rows, step));
      case MEMORY_BANK, PROTOTYPES, LABELS, TEACHER, KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "targets are " + targets.getKindCase() + ", which says nothing of other views");
    };
  }

  /**
   * Similarities with keys of past batches, {@code [n, size]}, from the epoch on in which they are
   * used.
   *
   * @param z rows {@code [n, d]}
   */
  Optional<Tensor> withPast(Step step, Tensor z) {
    return usesQueue(parts.run().epoch(step.number()))
        ? queue.map(q -> similarities(z, q.features()))
        : Optional.empty();
  }

  private Tensor similarities(Tensor z, Tensor past) {
    if (!similarity.normalizes()) {
      return similarity.matrix(z, past);
    }
    try (Tensor unit = z.normalizeRows()) {
      return similarity.onUnitRows().matrix(unit, past);
    }
  }

  /** Vectors of the queue that an epoch's batches are held against; 0 where there are none. */
  int queued(long epoch) {
    return usesQueue(epoch) ? targets.getQueue().getSize() : 0;
  }

  /** Whether there is a queue, used already or not. */
  boolean hasQueue() {
    return queue.isPresent();
  }

  private boolean usesQueue(long epoch) {
    return hasQueue() && epoch >= targets.getQueue().getFromEpoch();
  }

  /** Takes keys into the queue; for the cosine at unit length, so that none is normalised again. */
  void remember(Tensor keys) {
    queue.ifPresent(
        q -> {
          if (similarity.normalizes()) {
            try (Tensor unit = keys.normalizeRows()) {
              q.enqueue(unit);
            }
          } else {
            q.enqueue(keys);
          }
        });
  }

  void start() {
    momentum.ifPresent(m -> m.copy(parts.parameters()));
  }

  void updated(long step) {
    momentum.ifPresent(m -> m.update(parts.parameters(), schedule.momentum(step)));
  }

  List<Parameters> state() {
    List<Parameters> state = new ArrayList<>();
    momentum.ifPresent(m -> state.add(m.state()));
    queue.ifPresent(q -> state.add(q.state()));
    return state;
  }

  @Override
  public void close() {
    momentum.ifPresent(MomentumEncoder::close);
    queue.ifPresent(FeatureQueue::close);
  }
}
