package dev.parallax.embedding.api;

/**
 * What one stream may hold before the service stops reading from it; the message that crosses a
 * limit is still served.
 *
 * @param images between request and answer, 1 or more
 * @param bytes of the requests in flight, 1 or more
 */
public record StreamLimits(int images, long bytes) {
  public StreamLimits {
    if (images < 1) {
      throw new IllegalArgumentException("images is " + images + "; allowed: 1 or more");
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes is " + bytes + "; allowed: 1 or more");
    }
  }
}
