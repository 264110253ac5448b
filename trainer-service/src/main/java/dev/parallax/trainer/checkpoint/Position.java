package dev.parallax.trainer.checkpoint;

import java.util.Map;

/**
 * How far a run has come. Order and views depend on (seed, epoch, batch) alone, so this and the
 * tensors are the whole state.
 *
 * @param epoch epochs done
 * @param batch batches done of the epoch under way
 * @param step optimiser steps done
 */
public record Position(long epoch, int batch, long step) {
  public static final Position START = new Position(0, 0, 0);

  public Position {
    if (epoch < 0 || batch < 0 || step < 0) {
      throw new IllegalArgumentException(
          "epoch " + epoch + ", batch " + batch + ", step " + step + "; allowed: 0 or more");
    }
  }

  Map<String, String> toMetadata() {
    return Map.of(
        "epoch",
        Long.toString(epoch),
        "batch",
        Integer.toString(batch),
        "step",
        Long.toString(step));
  }

  static Position of(Map<String, String> metadata) {
    return new Position(
        Long.parseLong(metadata.get("epoch")),
        Integer.parseInt(metadata.get("batch")),
        Long.parseLong(metadata.get("step")));
  }
}
