package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A model that takes no more calls.
 *
 * @param versions those that were open
 * @param closed done when the last call that holds one of them has ended, the sessions are closed
 *     and their memory is back at the system
 */
public record Unloading(String model, List<Long> versions, CompletableFuture<Void> closed) {
  public Unloading {
    requireNonNull(model, "model is null");
    requireNonNull(closed, "closed is null");
    versions = List.copyOf(versions);
  }
}
