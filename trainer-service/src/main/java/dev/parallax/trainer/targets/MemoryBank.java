package dev.parallax.trainer.targets;

import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * One vector for each image of the data, Wu et al. 2018 (InstDisc). It starts with random
 * directions. The authors' code draws each value evenly, which gives unit length on average alone;
 * here all entries have it, so that a dot product with one is its cosine.
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
    state.add(FEATURES, UnitRows.random(images, dimensions, seed), false, images, dimensions);
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

  /**
   * Rows of unit length, float32 {@code [images, dimensions]}, owned by the bank and overwritten by
   * it.
   */
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
   * @param batch indexes of the images; of an image that is there more than once, as where it
   *     stands in for one that cannot be read, the last row counts
   * @param z float32 {@code [n, dimensions]}, rows of unit length in the order of {@code batch}
   */
  public void update(int[] batch, Tensor z) {
    Autograd.without(
        () -> {
          try (TensorScope scope = scratch.child()) {
            Map<Long, Long> lastRows = new LinkedHashMap<>();
            for (int row = 0; row < batch.length; row++) {
              lastRows.put((long) batch[row], (long) row);
            }
            Tensor indexes = longs(scope, lastRows.keySet());
            Tensor entries = lookup(indexes);
            try (Tensor fresh = z.rows(longs(scope, lastRows.values()));
                Tensor moved = fresh.mul(1 - momentum)) {
              entries.mulInPlace(scope.scalar(momentum)).addInPlace(moved);
            }
            all().setRows(indexes, entries.normalizeRows());
          }
          return null;
        });
  }

  private static Tensor longs(TensorScope scope, Collection<Long> values) {
    return scope.longs(values.stream().mapToLong(Long::longValue).toArray(), values.size());
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
