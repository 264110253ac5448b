package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.InstanceSpreadingLoss;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.OptionalDouble;

/** Each image's second view recognised as it, and as no other image: InvaSpread. */
final class InstanceContrast implements Objective {
  private final Sides sides;
  private final TensorScope constants = TensorScope.root();
  private final Tensor temperature;
  private final int batch;

  InstanceContrast(MethodParts parts) {
    this.sides = new Sides(parts);
    this.temperature =
        constants.scalar(parts.recipe().getLoss().getInstanceSpreading().getTemperature());
    this.batch = parts.run().batch();
  }

  @Override
  public Outcome run(Step step) {
    Tensor z = sides.trained(step.all());
    try (Tensor unit = z.normalizeRows();
        Tensor anchors = unit.slice(0, 0, batch);
        Tensor augmented = unit.slice(0, batch, 2L * batch)) {
      return new Outcome(InstanceSpreadingLoss.of(anchors, augmented, temperature), z);
    }
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(InstanceSpreadingLoss.chance(batch));
  }

  @Override
  public void close() {
    sides.close();
    constants.close();
  }
}
