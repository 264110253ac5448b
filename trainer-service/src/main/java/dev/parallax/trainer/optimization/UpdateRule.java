package dev.parallax.trainer.optimization;

import dev.parallax.trainer.v1.Optimization;
import java.util.List;

/** How one parameter moves. */
sealed interface UpdateRule permits Sgd, Lars, Larc, Adam {

  /** What the rule keeps of a parameter from update to update, by name; tensors of its shape. */
  List<String> moments();

  /** Whether the rule asks for the number of the update. */
  boolean counts();

  /** Moves the parameter and its moments in place; the gradient is used up. */
  void apply(Update update);

  /** The rule that a recipe asks for. */
  static UpdateRule of(Optimization optimization) {
    return switch (optimization.getOptimizerCase()) {
      case SGD -> new Sgd(optimization.getSgd().getMomentum(), optimization.getSgd().getNesterov());
      case LARS ->
          new Lars(
              optimization.getLars().getMomentum(), optimization.getLars().getTrustCoefficient());
      case LARC ->
          new Larc(
              optimization.getLarc().getMomentum(), optimization.getLarc().getTrustCoefficient());
      case ADAM ->
          new Adam(
              optimization.getAdam().getBeta1(),
              optimization.getAdam().getBeta2(),
              optimization.getAdam().getEpsilon(),
              false);
      case ADAMW ->
          new Adam(
              optimization.getAdamw().getBeta1(),
              optimization.getAdamw().getBeta2(),
              optimization.getAdamw().getEpsilon(),
              true);
      case OPTIMIZER_NOT_SET ->
          throw new IllegalArgumentException(
              "optimizer is not set; allowed: sgd, lars, larc, adam, adamw");
    };
  }
}
