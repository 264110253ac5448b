package dev.parallax.images;

/**
 * A file that is no image that can be read; the message is one line that says why and what is
 * allowed.
 */
public final class UnreadableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableImageException(String message) {
    super(message);
  }

  public UnreadableImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
