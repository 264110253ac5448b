package dev.parallax.trainer.targets;

import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * One vector for each image of the data, Wu et al. 2018 (InstDisc). It starts evenly from {@code
 * [-1 / sqrt(d / 3), 1 / sqrt(d / 3)]}, as in the authors' code, which is unit length on average.
 *
 * <p>A batch looks at the bank first, and moves it when its gradients are there.
 */
public final class MemoryBank implements AutoCloseable {
  private static final String FEATURES = "bank.features";
  private static final String NORMALIZER = "bank.normalizer";

  private final int images;
  private final double momentum;
  private final long seed;
  private final Parameters state = new Parameters();
  private final TensorScope scratch = TensorScope.root();

  /**
   * @param images 1 or more
   * @param momentum share of the old vector that an update keeps, 0 to 1 (exclusive)
   */
  public MemoryBank(int images, int dimensions, double momentum, long seed) {
    if (images < 1 || dimensions < 1) {
      throw new IllegalArgumentException(
          "memory bank of "
              + images
              + " images in "
              + dimensions
              + " dimensions; allowed: 1 or more");
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "momentum is " + momentum + "; allowed: 0 to 1 (exclusive)");
    }
    this.images = images;
    this.momentum = momentum;
    this.seed = seed;
    var random = new SplittableRandom(seed);
    double bound = 1 / Math.sqrt(dimensions / 3.0);
    float[] values = new float[Math.multiplyExact(images, dimensions)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    state.add(FEATURES, values, false, images, dimensions);
    state.add(NORMALIZER, new float[2], false, 2);
  }

  /**
   * What a checkpoint keeps: {@code bank.features}, {@code [images, dimensions]}, and {@code
   * bank.normalizer}: 1 and log Z where there is a Z, else zeros. Z itself is past float32 at small
   * temperatures.
   */
  public Parameters state() {
    return state;
  }

  /** Float32 {@code [images, dimensions]}, owned by the bank and overwritten by it. */
  public Tensor all() {
    return state.get(FEATURES);
  }

  /**
   * Copies of entries.
   *
   * @param indexes int64 of any shape, 0 to images - 1
   * @return the shape of {@code indexes}, then dimensions, in the scope of {@code indexes}
   */
  public Tensor lookup(Tensor indexes) {
    return all().rows(indexes);
  }

  /**
   * Moves the entries of a batch: {@code unit(momentum * old + (1 - momentum) * z)}.
   *
   * @param batch indexes of the images, different ones
   * @param z float32 {@code [n, dimensions]}, rows of unit length in the order of {@code batch}
   */
  public void update(int[] batch, Tensor z) {
    Autograd.without(
        () -> {
          try (TensorScope scope = scratch.child()) {
            Tensor indexes =
                scope.longs(Arrays.stream(batch).asLongStream().toArray(), batch.length);
            Tensor entries = lookup(indexes);
            try (Tensor moved = z.mul(1 - momentum)) {
              entries.mulInPlace(scope.scalar(momentum)).addInPlace(moved);
            }
            all().setRows(indexes, entries.normalizeRows());
          }
          return null;
        });
  }

  /**
   * Indexes of noise, drawn evenly and with replacement; an image's own entry may be among them, as
   * in the authors' code. The same for the same seed and step.
   *
   * @param count 0 or more
   */
  public int[] draw(int count, long step) {
    // The step goes through a generator of its own: seeds that differ by a multiple of the
    // increment of SplittableRandom would give the same numbers a place apart.
    long ofStep = new SplittableRandom(step).nextLong();
    return new SplittableRandom(seed ^ ofStep).ints(count, 0, images).toArray();
  }

  /** Z of noise-contrastive estimation (eq. 8), once it has been estimated. */
  public OptionalDouble normalizer() {
    float[] values = state.get(NORMALIZER).toFloats();
    return values[0] == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.exp(values[1]));
  }

  /** Keeps an estimate of Z, 1e-300 to 1e300. */
  public void setNormalizer(double z) {
    if (!(z >= 1e-300 && z <= 1e300)) {
      throw new IllegalArgumentException("normalizer is " + z + "; allowed: 1e-300 to 1e300");
    }
    state.set(NORMALIZER, new float[] {1, (float) Math.log(z)});
  }

  @Override
  public void close() {
    scratch.close();
    state.close();
  }
}
