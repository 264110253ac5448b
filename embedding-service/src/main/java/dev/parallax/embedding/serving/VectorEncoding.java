package dev.parallax.embedding.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** How the numbers of a vector become bytes. */
public enum VectorEncoding {
  /** As they are, 4 bytes each. */
  FLOAT32,
  /**
   * IEEE 754 binary16, rounded to nearest with ties to even; what lies beyond the largest finite
   * number becomes it, ±65504. 2 bytes each.
   */
  FLOAT16,
  /**
   * Symmetric, with a scale for each vector and no zero point: scale = max|x| / 127, q = x / scale
   * rounded to nearest with ties to even, x ≈ scale · q. One byte each, -127 to 127; the zero
   * vector has the scale 0.
   */
  INT8,
  /**
   * Signs: 1 where x > 0. Eight to a byte, the first in the most significant bit, the last byte
   * filled with zeros: what numpy's {@code packbits(x > 0)} gives.
   */
  BINARY;

  private static final float LARGEST_FLOAT16 = 65504f;
  private static final int LARGEST_STEP = 127;

  /**
   * @param vector float32 [size], from 0 to its limit
   * @throws UnencodableVectorException when a number is infinite or NaN, which FLOAT32 alone can
   *     say
   */
  public EncodedVector encode(FloatBuffer vector) throws UnencodableVectorException {
    if (this != FLOAT32) {
      requireFinite(vector);
    }
    return switch (this) {
      case FLOAT32 -> float32(vector);
      case FLOAT16 -> float16(vector);
      case INT8 -> int8(vector);
      case BINARY -> binary(vector);
    };
  }

  private void requireFinite(FloatBuffer vector) throws UnencodableVectorException {
    for (int i = 0; i < vector.limit(); i++) {
      if (!Float.isFinite(vector.get(i))) {
        throw new UnencodableVectorException(
            "the model gave %s in dimension %d; allowed for the encoding %s: finite numbers"
                .formatted(vector.get(i), i, this));
      }
    }
  }

  private static EncodedVector float32(FloatBuffer vector) {
    ByteBuffer data = littleEndian(Float.BYTES * vector.limit());
    for (int i = 0; i < vector.limit(); i++) {
      data.putFloat(vector.get(i));
    }
    return new EncodedVector(vector.limit(), data.flip(), 0);
  }

  private static EncodedVector float16(FloatBuffer vector) {
    ByteBuffer data = littleEndian(Short.BYTES * vector.limit());
    for (int i = 0; i < vector.limit(); i++) {
      data.putShort(
          Float.floatToFloat16(Math.clamp(vector.get(i), -LARGEST_FLOAT16, LARGEST_FLOAT16)));
    }
    return new EncodedVector(vector.limit(), data.flip(), 0);
  }

  private static EncodedVector int8(FloatBuffer vector) {
    float scale = scale(vector);
    ByteBuffer data = littleEndian(vector.limit());
    for (int i = 0; i < vector.limit(); i++) {
      data.put(scale == 0 ? 0 : step(vector.get(i), scale));
    }
    return new EncodedVector(vector.limit(), data.flip(), scale);
  }

  private static byte step(float value, float scale) {
    return (byte) Math.rint((double) value / scale);
  }

  private static float scale(FloatBuffer vector) {
    float largest = 0;
    for (int i = 0; i < vector.limit(); i++) {
      largest = Math.max(largest, Math.abs(vector.get(i)));
    }
    float scale = largest / LARGEST_STEP;
    // among subnormals a scale that was rounded down would need steps beyond the largest
    return Math.rint((double) largest / scale) > LARGEST_STEP ? Math.nextUp(scale) : scale;
  }

  private static EncodedVector binary(FloatBuffer vector) {
    ByteBuffer data = littleEndian(Math.ceilDiv(vector.limit(), Byte.SIZE));
    for (int i = 0; i < vector.limit(); i++) {
      if (vector.get(i) > 0) {
        int at = i / Byte.SIZE;
        data.put(at, (byte) (data.get(at) | 0x80 >> i % Byte.SIZE));
      }
    }
    return new EncodedVector(vector.limit(), data, 0);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
