package dev.parallax.embedding.model;

/** Where a version stands. */
public sealed interface VersionState {
  /** Being verified, opened and tried. */
  record Loading() implements VersionState {}

  /** In the repository; loaded at its first call. */
  record Available() implements VersionState {}

  /** In the repository; loaded only when somebody asks for it by {@link ModelCatalog#load}. */
  record Unloaded() implements VersionState {}

  /** Takes calls. */
  record Ready(ServedModel model) implements VersionState {}

  /**
   * Must not serve.
   *
   * @param reason one line
   */
  record Failed(String reason) implements VersionState {}
}
