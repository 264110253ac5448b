package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.v1.Recipe;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Says when numbers go bad and what to change; each thing once. */
final class Watchdog {
  private static final double COLLAPSED = 0.1;
  private static final double STUCK_NATS = 0.01;

  /** A warm-up takes its time. */
  private static final int STUCK_EPOCHS = 5;

  private final Recipe recipe;
  private final LongFunction<OptionalDouble> chanceLoss;
  private final Consumer<String> warnings;
  private boolean collapseSaid;
  private boolean stuckSaid;

  /**
   * @param chanceLoss the loss of an encoder that tells nothing apart in an epoch, counted from 0;
   *     empty where there is none
   */
  Watchdog(Recipe recipe, LongFunction<OptionalDouble> chanceLoss, Consumer<String> warnings) {
    this.recipe = recipe;
    this.chanceLoss = chanceLoss;
    this.warnings = warnings;
  }

  /**
   * Fails on a loss that is no number.
   *
   * @throws TrainingFailedException with what helps
   */
  void requireFinite(double loss, long step, double rate) {
    if (!Double.isFinite(loss)) {
      throw diverged("the loss is " + loss, step, rate);
    }
  }

  /** The end of a run whose numbers went bad, with what helps. */
  TrainingFailedException diverged(String what, long step, double rate) {
    return new TrainingFailedException(
        String.format(
            Locale.ROOT,
            "%s at step %d with a learning rate of %.4g; lower optimization.learning_rate, lengthen"
                + " optimization.warmup_epochs%s. The last good checkpoint stays in the job's directory",
            what,
            step,
            rate,
            Remedies.temperature(recipe.getLoss()).map(f -> " or raise " + f).orElse("")));
  }

  /**
   * Looks at the end of an epoch.
   *
   * @param epochs epochs done
   * @param spread see {@link FeatureSpread}; empty where outputs may be alike
   */
  void look(long epochs, double loss, OptionalDouble spread) {
    if (spread.isPresent() && spread.getAsDouble() < COLLAPSED && !collapseSaid) {
      collapseSaid = true;
      warnings.accept(
          String.format(
              Locale.ROOT,
              "the representation is collapsing: the spread of the projections is %.3f after %d epochs (1 is"
                  + " even, 0 collapsed); %s",
              spread.getAsDouble(),
              epochs,
              Remedies.collapse(recipe)));
    }
    OptionalDouble chance = chanceLoss.apply(epochs - 1);
    if (epochs >= STUCK_EPOCHS
        && chance.isPresent()
        && Math.abs(loss - chance.getAsDouble()) < STUCK_NATS
        && !stuckSaid) {
      stuckSaid = true;
      warnings.accept(
          String.format(
              Locale.ROOT,
              "the loss is stuck at chance: %.3f nats after %d epochs, and guessing gives %.3f (%s); %s",
              loss,
              epochs,
              chance.getAsDouble(),
              Remedies.chance(recipe),
              Remedies.stuck(recipe)));
    }
  }
}
