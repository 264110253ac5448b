package dev.parallax.images;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Fixed-point weights of a triangle filter along one dimension, for a run of outputs. Output {@code
 * i} of the run is the sum over {@code count[i]} inputs from {@code first[i]} on, weighted by
 * {@code weights[i * taps ...]}.
 *
 * <p>Coefficients, their order of operations and their rounding are those of Pillow's {@code
 * Resample.c} for 8-bit images, so that results agree to the bit.
 *
 * @param size outputs in the run
 * @param taps most inputs that an output takes
 * @param first first input of each output, ascending
 * @param count inputs of each output, 1 or more
 * @param weights fixed point with {@link #PRECISION_BITS}
 */
record TriangleFilter(int size, int taps, int[] first, int[] count, int[] weights) {
  /** Leaves eight bits for the sample and two for the sum. */
  static final int PRECISION_BITS = 22;

  /**
   * Crops of photos repeat sizes, and so do those of small images. A slot holds the last filter
   * that hashed to it: bounded, without locks, and losing one costs only its computation.
   */
  private static final AtomicReferenceArray<Cached> CACHE = new AtomicReferenceArray<>(1024);

  /** Keeps the cache below about 20 MB. */
  private static final int MAX_CACHED_SIDE = 1024;

  private record Cached(int in, int out, TriangleFilter filter) {}

  /** The filter that resizes {@code in} samples to {@code out}. */
  static TriangleFilter of(int in, int out) {
    if (in > MAX_CACHED_SIDE || out > MAX_CACHED_SIDE) {
      return window(in, out, 0, out);
    }
    int slot = (in + 37 * out) & (CACHE.length() - 1);
    Cached cached = CACHE.getPlain(slot);
    if (cached == null || cached.in() != in || cached.out() != out) {
      cached = new Cached(in, out, window(in, out, 0, out));
      CACHE.set(slot, cached);
    }
    return cached.filter();
  }

  /** As {@link #of}, for the outputs from {@code start} on, {@code size} of them, only. */
  static TriangleFilter window(int in, int out, int start, int size) {
    double scale = (double) in / out;
    double support = Math.max(1, scale);
    double reciprocal = 1 / support;
    int taps = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[size];
    int[] count = new int[size];
    int[] weights = new int[Math.multiplyExact(size, taps)];
    double[] exact = new double[taps];
    for (int i = 0; i < size; i++) {
      double center = (start + i + 0.5) * scale;
      int from = Math.max(0, (int) (center - support + 0.5));
      int to = Math.min(in, (int) (center + support + 0.5));
      double sum = 0;
      for (int k = 0; k < to - from; k++) {
        exact[k] = Math.max(0, 1 - Math.abs((k + from - center + 0.5) * reciprocal));
        sum += exact[k];
      }
      double normalise = 1 / sum;
      for (int k = 0; k < to - from; k++) {
        weights[i * taps + k] = (int) (0.5 + exact[k] * normalise * (1 << PRECISION_BITS));
      }
      first[i] = from;
      count[i] = to - from;
    }
    return new TriangleFilter(size, taps, first, count, weights);
  }

  /** First input that any output takes. */
  int start() {
    return first[0];
  }

  /** One past the last input that any output takes. */
  int end() {
    return first[size - 1] + count[size - 1];
  }
}
