package dev.parallax.trainer.pretrain;

import java.util.Locale;
import java.util.function.Consumer;

/** Says when numbers go bad; each thing once. */
final class Watchdog {
  private static final double COLLAPSED = 0.1;
  private static final double STUCK_NATS = 0.01;

  /** A warm-up takes its time. */
  private static final int STUCK_EPOCHS = 5;

  private final double chanceLoss;
  private final Consumer<String> warnings;
  private boolean collapseSaid;
  private boolean stuckSaid;

  Watchdog(double chanceLoss, Consumer<String> warnings) {
    this.chanceLoss = chanceLoss;
    this.warnings = warnings;
  }

  /**
   * Fails on a loss that is no number.
   *
   * @throws TrainingFailedException with what helps
   */
  static void requireFinite(double loss, long step, double rate) {
    if (!Double.isFinite(loss)) {
      throw diverged("the loss is " + loss, step, rate);
    }
  }

  /** The end of a run whose numbers went bad, with what helps. */
  static TrainingFailedException diverged(String what, long step, double rate) {
    return new TrainingFailedException(
        String.format(
            Locale.ROOT,
            "%s at step %d with a learning rate of %.4g; lower optimization.learning_rate, lengthen"
                + " optimization.warmup_epochs or raise loss.nt_xent.temperature. The last good checkpoint"
                + " stays in the job's directory",
            what,
            step,
            rate));
  }

  /**
   * Looks at the end of an epoch.
   *
   * @param spread see {@link FeatureSpread}
   */
  void look(long epochs, double loss, double spread) {
    if (spread < COLLAPSED && !collapseSaid) {
      collapseSaid = true;
      warnings.accept(
          String.format(
              Locale.ROOT,
              "the representation is collapsing: the spread of the projections is %.3f after %d epochs (1 is"
                  + " even, 0 collapsed); lower the learning rate or strengthen the views",
              spread,
              epochs));
    }
    if (epochs >= STUCK_EPOCHS && Math.abs(loss - chanceLoss) < STUCK_NATS && !stuckSaid) {
      stuckSaid = true;
      warnings.accept(
          String.format(
              Locale.ROOT,
              "the loss is stuck at chance: %.3f nats after %d epochs, and guessing gives %.3f; raise the"
                  + " learning rate or ease the views",
              loss,
              epochs,
              chanceLoss));
    }
  }
}
