package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.DistillationLoss;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.OptionalDouble;

/** A student that learns a teacher's answers, without labels (SimCLR v2, eq. 2). */
final class TeacherMatching implements Objective {
  private final MethodParts parts;
  private final Teacher teacher;
  private final TensorScope constants = TensorScope.root();
  private final Tensor temperature;

  TeacherMatching(MethodParts parts) {
    this.parts = parts;
    this.teacher =
        parts
            .run()
            .teacher()
            .orElseThrow(() -> new IllegalArgumentException("distillation without a teacher"));
    this.temperature =
        constants.scalar(parts.recipe().getLoss().getDistillation().getTemperature());
  }

  @Override
  public Outcome run(Step step) {
    Tensor logits = parts.norms().run(parts.network(), parts.parameters(), step.all());
    float[] answers = teacher.logits(step.pixels(), step.size());
    try (Tensor taught = step.scope().floats(answers, step.size(), teacher.classes())) {
      return new Outcome(DistillationLoss.of(logits, taught, temperature), logits);
    }
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(DistillationLoss.chance(teacher.classes()));
  }

  @Override
  public boolean watchesSpread() {
    return false;
  }

  @Override
  public void close() {
    constants.close();
  }
}
