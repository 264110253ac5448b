package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.CrossEntropyLoss;
import dev.parallax.trainer.torch.Tensor;
import java.util.Arrays;
import java.util.OptionalDouble;

/** Labels learnt by a linear layer behind the projection: fine-tuning (SimCLR v2, section 2). */
final class Classification implements Objective {
  private final MethodParts parts;

  Classification(MethodParts parts) {
    this.parts = parts;
  }

  @Override
  public Outcome run(Step step) {
    Tensor logits = parts.norms().run(parts.network(), parts.parameters(), step.all());
    long[] labels = Arrays.stream(step.images()).map(parts.run().labels()).asLongStream().toArray();
    try (Tensor classes = step.scope().longs(labels, labels.length, 1)) {
      return new Outcome(CrossEntropyLoss.of(logits, classes), logits);
    }
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(CrossEntropyLoss.chance(parts.network().projectionSize()));
  }

  /** Logits of few classes lie close together without harm. */
  @Override
  public boolean watchesSpread() {
    return false;
  }
}
