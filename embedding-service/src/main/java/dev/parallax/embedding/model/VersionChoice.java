package dev.parallax.embedding.model;

/** Which version of a model a caller wants. */
public sealed interface VersionChoice {
  /**
   * That one.
   *
   * @param version 1 or more
   */
  record Numbered(long version) implements VersionChoice {}

  /** The one that an alias stands for. */
  record Aliased(String alias) implements VersionChoice {}

  /**
   * What takes the traffic: the newest that is ready, or what {@code stable} and {@code canary}
   * share.
   *
   * @param routingKey the same one always gets the same side; empty: calls take turns
   */
  record Traffic(String routingKey) implements VersionChoice {}
}
