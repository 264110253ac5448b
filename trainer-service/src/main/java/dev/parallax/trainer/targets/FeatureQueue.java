package dev.parallax.trainer.targets;

import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;

/**
 * Vectors of past batches, first in, first out; He et al. 2020 (MoCo), section 3.1. It starts with
 * random directions, as in the authors' code.
 *
 * <p>A batch looks at the queue first, and enters it when its gradients are there: a query never
 * meets the key of its own image, and autograd still finds the vectors that the loss was made of.
 */
public final class FeatureQueue implements AutoCloseable {
  /** Counts up to here are exact in float32, in which a checkpoint keeps them. */
  private static final int LARGEST = 1 << 24;

  private final String features;
  private final String position;
  private final int size;
  private final Parameters state = new Parameters();

  /** A queue by the name of {@code queue}. */
  public FeatureQueue(int size, int dimensions, long seed) {
    this("queue", size, dimensions, seed);
  }

  /**
   * A queue.
   *
   * @param name begins the names of its tensors, which have to differ within a checkpoint
   * @param size vectors, 1 to 2^24
   */
  public FeatureQueue(String name, int size, int dimensions, long seed) {
    if (size < 1 || size > LARGEST || dimensions < 1) {
      throw new IllegalArgumentException(
          "queue of "
              + size
              + " vectors of "
              + dimensions
              + " dimensions; allowed: 1 to "
              + LARGEST
              + " vectors of 1 dimension or more");
    }
    this.features = name + ".features";
    this.position = name + ".position";
    this.size = size;
    state.add(features, UnitRows.random(size, dimensions, seed), false, size, dimensions);
    state.add(position, new float[2], false, 2);
  }

  /**
   * What a checkpoint keeps: {@code <name>.features}, {@code [size, dimensions]}, and {@code
   * <name>.position}, the row that is written next and how many rows have been written, up to size.
   */
  public Parameters state() {
    return state;
  }

  /** Float32 {@code [size, dimensions]}, owned by the queue and overwritten by it. */
  public Tensor features() {
    return state.get(features);
  }

  /** Whether none of the random vectors of the start is left. */
  public boolean full() {
    return state.get(position).toFloats()[1] == size;
  }

  /**
   * Replaces the oldest vectors.
   *
   * @param keys float32 {@code [n, dimensions]}, n of 1 to size; the last row is the newest
   */
  public void enqueue(Tensor keys) {
    int n = Math.toIntExact(keys.size(0));
    if (n > size) {
      throw new IllegalArgumentException(n + " keys for a queue of " + size);
    }
    float[] before = state.get(position).toFloats();
    int next = (int) before[0];
    int first = Math.min(n, size - next);
    Autograd.without(
        () -> {
          write(next, keys, 0, first);
          write(0, keys, first, n);
          return null;
        });
    float written = Math.min(size, before[1] + n);
    state.set(position, new float[] {(next + n) % size, written});
  }

  private void write(int row, Tensor keys, int from, int to) {
    if (from < to) {
      try (Tensor part = keys.slice(0, from, to)) {
        features().setRows(row, part);
      }
    }
  }

  @Override
  public void close() {
    state.close();
  }
}
