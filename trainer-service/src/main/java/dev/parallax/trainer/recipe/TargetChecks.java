package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.belowOne;
import static dev.parallax.trainer.recipe.Check.missing;
import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.trainer.v1.FeatureQueue;
import dev.parallax.trainer.v1.Prototypes;
import dev.parallax.trainer.v1.Targets;

/** Numbers of what targets come from. */
final class TargetChecks {
  private static final String TARGETS =
      "in_batch, stop_gradient, momentum_encoder, memory_bank, prototypes, labels or teacher";

  private TargetChecks() {}

  /**
   * @param lastEpoch that a number of epochs may name
   */
  static void check(String path, Targets targets, int lastEpoch) {
    switch (targets.getKindCase()) {
      case IN_BATCH, STOP_GRADIENT, LABELS, TEACHER -> {}
      case MOMENTUM_ENCODER ->
          belowOne(path + ".momentum_encoder.momentum", targets.getMomentumEncoder().getMomentum());
      case MEMORY_BANK ->
          belowOne(path + ".memory_bank.momentum", targets.getMemoryBank().getMomentum());
      case PROTOTYPES -> prototypes(path + ".prototypes", targets.getPrototypes(), lastEpoch);
      case KIND_NOT_SET -> throw missing(path, TARGETS);
    }
    if (targets.hasQueue()) {
      queue(path + ".queue", targets.getQueue(), lastEpoch);
    }
  }

  private static void prototypes(String path, Prototypes prototypes, int lastEpoch) {
    range(path + ".count", prototypes.getCount(), 2, 65_536);
    range(path + ".frozen_epochs", prototypes.getFrozenEpochs(), 0, lastEpoch, ", at most epochs");
  }

  private static void queue(String path, FeatureQueue queue, int lastEpoch) {
    range(path + ".size", queue.getSize(), 1, LossChecks.MAX_ENTRIES);
    range(path + ".from_epoch", queue.getFromEpoch(), 0, lastEpoch, ", at most epochs");
  }
}
