package dev.parallax.embedding.serving;

import java.nio.ByteBuffer;

/**
 * A vector as bytes.
 *
 * @param dims numbers that it stands for
 * @param data little-endian; read-only
 * @param scale of {@link VectorEncoding#INT8}: what one step is worth; 0 with the others
 */
public record EncodedVector(int dims, ByteBuffer data, float scale) {
  public EncodedVector {
    data = data.asReadOnlyBuffer();
  }

  /** From position 0 on; each caller has a position of its own. */
  @Override
  public ByteBuffer data() {
    return data.asReadOnlyBuffer();
  }
}
