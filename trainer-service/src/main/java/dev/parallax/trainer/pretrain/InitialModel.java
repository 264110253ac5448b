package dev.parallax.trainer.pretrain;

import java.io.IOException;

/** A published model that a run starts from; asked for only where there is no checkpoint. */
@FunctionalInterface
public interface InitialModel {
  /** Finds, verifies and reads it. */
  Initial load() throws IOException;
}
