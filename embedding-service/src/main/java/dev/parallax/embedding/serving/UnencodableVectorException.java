package dev.parallax.embedding.serving;

/** A vector holds what its encoding cannot. The message is one line. */
public final class UnencodableVectorException extends Exception {
  private static final long serialVersionUID = 1L;

  UnencodableVectorException(String message) {
    super(message);
  }
}
