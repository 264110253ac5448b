package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.model.v1.Manifest;
import java.util.Optional;

/**
 * A version of the repository as it stood at the last look.
 *
 * @param manifest the stored one; only name and version when it cannot be read
 * @param fingerprint of its files, to notice a version that was replaced
 */
public record VersionEntry(Manifest manifest, Fingerprint fingerprint, VersionState state) {
  public VersionEntry {
    requireNonNull(manifest, "manifest is null");
    requireNonNull(fingerprint, "fingerprint is null");
    requireNonNull(state, "state is null");
  }

  public String model() {
    return manifest.getModel();
  }

  public long version() {
    return manifest.getVersion();
  }

  /** The open model of a version that is ready. */
  public Optional<ServedModel> served() {
    return state instanceof VersionState.Ready(ServedModel served)
        ? Optional.of(served)
        : Optional.empty();
  }

  VersionEntry with(VersionState next) {
    return new VersionEntry(manifest, fingerprint, next);
  }
}
