package dev.parallax.embedding.model;

/** Who decides what is open. */
public enum ControlMode {
  /** The repository: what appears is opened, what goes is closed. */
  POLL,
  /** The operator: nothing opens or closes unless {@link ModelCatalog} is asked to. */
  EXPLICIT
}
