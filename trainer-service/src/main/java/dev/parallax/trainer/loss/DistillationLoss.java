package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;

/**
 * A teacher's probabilities as the labels, Chen et al. 2020 (SimCLR v2), eq. 2. The authors' code
 * has a factor of temperature squared, which the equation has not; they use a temperature of 1.
 */
public final class DistillationLoss {
  private DistillationLoss() {}

  /**
   * Mean over rows of {@code -sum over classes of softmax(teacher / temperature) log
   * softmax(student / temperature)}.
   *
   * @param student float32 {@code [n, classes]}, logits
   * @param teacher float32 {@code [n, classes]}, logits, through which no gradient should flow
   * @param temperature of both, above 0
   * @return a scalar, nats; at least the entropy of the teacher's probabilities
   */
  public static Tensor of(Tensor student, Tensor teacher, Tensor temperature) {
    try (Tensor teacherLogits = teacher.div(temperature);
        Tensor probabilities = teacherLogits.softmax(1);
        Tensor studentLogits = student.div(temperature);
        Tensor logProbabilities = studentLogits.logSoftmax(1)) {
      return CrossEntropyLoss.withProbabilities(logProbabilities, probabilities);
    }
  }

  /** The loss of a student that tells nothing apart, nats, whatever the teacher says. */
  public static double chance(long classes) {
    return Math.log((double) classes);
  }
}
