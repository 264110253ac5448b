package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.MultiScaleNceLoss;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.MapPair;
import dev.parallax.trainer.v1.MultiScaleNce;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Feature maps of one view recognised from those of the other: AMDIM, and YADIM. */
final class MapContrast implements Objective {
  private static final int VIEWS = 2;

  private final MethodParts parts;
  private final MultiScaleNce loss;
  private final SimilarityFunction similarity;

  MapContrast(MethodParts parts) {
    this.parts = parts;
    this.loss = parts.recipe().getLoss().getMultiScaleNce();
    this.similarity = parts.similarity();
  }

  @Override
  public Outcome run(Step step) {
    Map<String, Tensor> maps = new LinkedHashMap<>();
    Tensor h =
        parts
            .norms()
            .run(parts.network().encoder(), parts.parameters(), step.all().getFirst(), maps);
    SplittableRandom random = StepRandom.of(parts.run().seed(), step.number());
    List<Tensor> losses = new ArrayList<>();
    for (MapPair pair : loss.getPairsList()) {
      for (int view = 0; view < VIEWS; view++) {
        losses.add(
            loss(
                step,
                view(maps.get(pair.getFrom()), view, step.size()),
                view(maps.get(pair.getTo()), 1 - view, step.size()),
                random));
      }
    }
    Tensor sum = losses.getFirst();
    for (Tensor next : losses.subList(1, losses.size())) {
      sum = sum.add(next);
    }
    maps.values().forEach(Tensor::close);
    // The two directions of a pair are averaged, the pairs are added.
    return new Outcome(sum.mul(1.0 / VIEWS), h);
  }

  private Tensor loss(Step step, Tensor from, Tensor to, SplittableRandom random) {
    try (from;
        to;
        Tensor source = place(step, from, random)) {
      return MultiScaleNceLoss.of(source, to, similarity, loss.getLogitPenalty());
    }
  }

  /** One view of a map as {@code [n, channels, places]}. */
  private static Tensor view(Tensor map, int view, int n) {
    try (Tensor mine = map.slice(0, (long) view * n, (view + 1L) * n)) {
      return mine.reshape(n, map.size(1), -1);
    }
  }

  /** The vectors {@code [n, channels]} of a place drawn for each image. */
  private static Tensor place(Step step, Tensor map, SplittableRandom random) {
    int n = Math.toIntExact(map.size(0));
    int places = Math.toIntExact(map.size(2));
    if (places == 1) {
      return map.reshape(n, map.size(1));
    }
    float[] chosen = new float[n * places];
    for (int image = 0; image < n; image++) {
      chosen[image * places + random.nextInt(places)] = 1;
    }
    try (Tensor mask = step.scope().floats(chosen, n, 1, places);
        Tensor masked = map.mul(mask)) {
      return masked.sum(false, 2);
    }
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.empty();
  }
}
