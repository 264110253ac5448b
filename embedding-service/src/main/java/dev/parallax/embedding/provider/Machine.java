package dev.parallax.embedding.provider;

import java.util.Optional;

/** What has to be known about this machine before a provider is chosen. */
public interface Machine {
  /** Whether ONNX Runtime was built with a provider. */
  boolean hasInBuild(ExecutionProvider provider);

  /** Whether the driver of the GPUs can be loaded. */
  boolean hasDriver();

  /**
   * Runs a small model.
   *
   * @return one line: why it does not run; empty: it runs
   */
  Optional<String> trial(ExecutionProvider provider, int device);
}
