package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.Sinkhorn;
import dev.parallax.trainer.loss.SwappedPredictionLoss;
import dev.parallax.trainer.targets.FeatureQueue;
import dev.parallax.trainer.targets.Prototypes;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.SwappedPrediction;
import dev.parallax.trainer.v1.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A view's assignment to prototypes predicted from the other views: SwAV. Assignments are made of
 * the views of the first pipeline; each of them has a queue of its own where the recipe has one.
 */
final class SwappedAssignments implements Objective {
  private final MethodParts parts;
  private final SwappedPrediction loss;
  private final Targets targets;
  private final Prototypes prototypes;
  private final List<FeatureQueue> queues;
  private final TensorScope constants = TensorScope.root();
  private final Tensor temperature;
  private final List<Integer> assigned;

  SwappedAssignments(MethodParts parts) {
    this.parts = parts;
    this.loss = parts.recipe().getLoss().getSwappedPrediction();
    this.targets = parts.recipe().getTargets();
    this.prototypes = new Prototypes(parts.parameters());
    this.temperature = constants.scalar(loss.getTemperature());
    this.assigned =
        IntStream.range(0, parts.recipe().getViews().getPipelines(0).getCount()).boxed().toList();
    this.queues =
        targets.hasQueue()
            ? assigned.stream()
                .map(
                    view ->
                        new FeatureQueue(
                            "queue." + view,
                            targets.getQueue().getSize(),
                            parts.network().projectionSize(),
                            parts.run().seed() + view))
                .toList()
            : List.of();
  }

  @Override
  public Outcome run(Step step) {
    prototypes.normalize();
    Tensor z = parts.norms().run(parts.network(), parts.parameters(), step.all());
    int n = step.size();
    List<Tensor> scores = new ArrayList<>();
    List<Tensor> remembered = new ArrayList<>();
    try (Tensor unit = z.normalizeRows();
        Tensor all = prototypes.scores(unit)) {
      for (int view = 0; view < parts.run().views(); view++) {
        scores.add(all.slice(0, (long) view * n, (view + 1L) * n));
      }
      if (!queues.isEmpty()) {
        assigned.forEach(
            view -> remembered.add(unit.slice(0, (long) view * n, (view + 1L) * n).detach()));
      }
    }
    List<Tensor> codes =
        assigned.stream().map(view -> assignments(step, view, scores.get(view))).toList();
    Tensor value = SwappedPredictionLoss.of(scores, codes, assigned, temperature);
    scores.forEach(Tensor::close);
    codes.forEach(Tensor::close);
    return new Outcome(value, z, remembered);
  }

  /** With a queue its vectors are assigned, too, so that a small batch spreads over prototypes. */
  private Tensor assignments(Step step, int view, Tensor scores) {
    return Autograd.without(
        () -> {
          if (queues.isEmpty()
              || !queues.get(view).full()
              || parts.run().epoch(step.number()) < targets.getQueue().getFromEpoch()) {
            return sinkhorn(scores);
          }
          long n = scores.size(0);
          try (Tensor past = prototypes.scores(queues.get(view).features());
              Tensor both = Tensor.concat(0, List.of(scores, past));
              Tensor codes = sinkhorn(both)) {
            return codes.slice(0, 0, n);
          }
        });
  }

  private Tensor sinkhorn(Tensor scores) {
    return Sinkhorn.assignments(scores, loss.getSinkhornEpsilon(), loss.getSinkhornIterations());
  }

  @Override
  public void remember(Step step, Outcome outcome) {
    for (int view = 0; view < outcome.remembered().size(); view++) {
      queues.get(view).enqueue(outcome.remembered().get(view));
    }
  }

  @Override
  public List<Parameters> state() {
    return queues.stream().map(FeatureQueue::state).toList();
  }

  @Override
  public Set<String> frozen(long epoch) {
    return epoch < targets.getPrototypes().getFrozenEpochs() ? Set.of(Prototypes.WEIGHT) : Set.of();
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(SwappedPredictionLoss.chance(targets.getPrototypes().getCount()));
  }

  @Override
  public void close() {
    queues.forEach(FeatureQueue::close);
    constants.close();
  }
}
