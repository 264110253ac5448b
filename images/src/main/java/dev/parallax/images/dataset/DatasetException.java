package dev.parallax.images.dataset;

/** A dataset that cannot be opened; the message is one line with its URI and what is allowed. */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatasetException(String message) {
    super(message);
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
