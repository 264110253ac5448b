package dev.parallax.trainer.golden;

import java.nio.charset.StandardCharsets;

/** Numbers that {@code golden/generator.py} makes alike, each stream of them seeded by a name. */
public final class GoldenNumbers {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;

  public GoldenNumbers(String name) {
    this.seed = seed(name);
  }

  /** FNV-1a, 64 bits, of the name in UTF-8. */
  static long seed(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Output number {@code i}, from 0, of splitmix64 (Steele et al. 2014). */
  long raw(long i) {
    long z = seed + (i + 1) * GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Number {@code i} in [-1, 1), exact in float32. */
  public double uniform(long i) {
    return (raw(i) >>> 40) / (double) (1 << 23) - 1;
  }

  /** The first {@code count} of {@link #uniform}. */
  public float[] uniforms(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) uniform(i);
    }
    return values;
  }
}
