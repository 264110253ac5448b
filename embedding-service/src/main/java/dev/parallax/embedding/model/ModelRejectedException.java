package dev.parallax.embedding.model;

/** A model version that must not serve; the message says why in one line. */
public final class ModelRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  public ModelRejectedException(String reason) {
    super(reason);
  }

  public ModelRejectedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
