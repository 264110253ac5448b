package dev.parallax.embedding.cache;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.input.ImageInput.Encoded;
import dev.parallax.embedding.input.ImageInput.Nothing;
import dev.parallax.embedding.input.ImageInput.Pixels;
import dev.parallax.embedding.input.ImageInput.Prepared;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * SHA-256 of an image as it was sent, with its kind and sides: who can make two images of one hash
 * could give other callers wrong vectors, so that a faster hash will not do.
 */
public record ContentHash(long first, long second, long third, long fourth) {
  /**
   * @return empty: there is no content
   */
  public static Optional<ContentHash> of(ImageInput image) {
    return switch (image) {
      case Encoded(ByteString file) -> Optional.of(of(1, 0, 0, file));
      case Pixels(int width, int height, ByteString rgb) -> Optional.of(of(2, width, height, rgb));
      case Prepared(ByteString pixels) -> Optional.of(of(3, 0, 0, pixels));
      case Nothing() -> Optional.empty();
    };
  }

  private static ContentHash of(int kind, int width, int height, ByteString content) {
    MessageDigest sha256 = sha256();
    sha256.update(
        ByteBuffer.allocate(3 * Integer.BYTES).putInt(kind).putInt(width).putInt(height).flip());
    content.asReadOnlyByteBufferList().forEach(sha256::update);
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    return new ContentHash(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
