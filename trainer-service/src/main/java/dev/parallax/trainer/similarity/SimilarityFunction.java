package dev.parallax.trainer.similarity;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.Similarity;
import java.util.Optional;

/**
 * How alike rows of two matrices are.
 *
 * @param clip bound c of the tanh-clipped dot product, above 0; 0 for every other kind
 * @param weight float32 {@code [d, d]} of the bilinear product, which alone has one; stays open
 */
public record SimilarityFunction(Similarity kind, double clip, Optional<Tensor> weight) {
  public SimilarityFunction {
    if (kind == Similarity.SIMILARITY_UNSPECIFIED || kind == Similarity.UNRECOGNIZED) {
      throw new IllegalArgumentException(
          "similarity is "
              + kind
              + "; allowed: SIMILARITY_COSINE, SIMILARITY_DOT, SIMILARITY_BILINEAR,"
              + " SIMILARITY_TANH_CLIPPED_DOT");
    }
    boolean clips = kind == Similarity.SIMILARITY_TANH_CLIPPED_DOT;
    if (clips ? !(clip > 0) : clip != 0) {
      throw new IllegalArgumentException(
          "similarity_clip is " + clip + "; allowed: " + (clips ? "above 0" : "0 with " + kind));
    }
    if (weight.isPresent() != (kind == Similarity.SIMILARITY_BILINEAR)) {
      throw new IllegalArgumentException(
          kind + (weight.isPresent() ? " takes no weight" : " needs a weight"));
    }
  }

  /** A similarity without a weight. */
  public static SimilarityFunction of(Similarity kind, double clip) {
    return new SimilarityFunction(kind, clip, Optional.empty());
  }

  /** {@code a' W b}, van den Oord et al. 2018, eq. 3. */
  public static SimilarityFunction bilinear(Tensor weight) {
    return new SimilarityFunction(Similarity.SIMILARITY_BILINEAR, 0, Optional.of(weight));
  }

  /** Whether rows are scaled to unit length before they are compared. */
  public boolean normalizes() {
    return kind == Similarity.SIMILARITY_COSINE;
  }

  /**
   * This similarity for rows that already have unit length: the cosine becomes the dot product, and
   * no row, as those of a long queue, is normalised again.
   */
  public SimilarityFunction onUnitRows() {
    return normalizes() ? of(Similarity.SIMILARITY_DOT, 0) : this;
  }

  /**
   * Every row with every row.
   *
   * @param a float32 {@code [n, d]}
   * @param b float32 {@code [m, d]}
   * @return float32 {@code [n, m]} in the scope of {@code a}; for the cosine, values of -1 to 1
   */
  public Tensor matrix(Tensor a, Tensor b) {
    return closing(unclipped(a, b));
  }

  /** Every row of {@code [n, d]} with every row of the same: {@code [n, n]}. */
  public Tensor self(Tensor z) {
    if (!normalizes()) {
      return matrix(z, z);
    }
    try (Tensor unit = z.normalizeRows()) {
      return onUnitRows().matrix(unit, unit);
    }
  }

  /**
   * Row by row.
   *
   * @param a float32 {@code [n, d]}
   * @param b float32 {@code [n, d]}
   * @return float32 {@code [n, 1]} in the scope of {@code a}
   */
  public Tensor pairs(Tensor a, Tensor b) {
    Tensor left = left(a);
    Tensor right = right(b);
    try (Tensor products = left.mul(right)) {
      return closing(products.sum(true, 1));
    } finally {
      closeUnless(left, a);
      closeUnless(right, b);
    }
  }

  /** As {@link #matrix}, before the clip: what a penalty on large scores looks at. */
  public Tensor unclipped(Tensor a, Tensor b) {
    Tensor left = left(a);
    Tensor right = right(b);
    try (Tensor transposed = right.transpose(1, 0)) {
      return left.matmul(transposed);
    } finally {
      closeUnless(left, a);
      closeUnless(right, b);
    }
  }

  /**
   * Scores of {@link #unclipped} brought into their bounds, {@code c tanh(s / c)} (Bachman et al.
   * 2019, section 3.4); the result is {@code scores} itself where nothing is clipped.
   */
  public Tensor clipped(Tensor scores) {
    if (kind != Similarity.SIMILARITY_TANH_CLIPPED_DOT) {
      return scores;
    }
    try (Tensor inner = scores.mul(1 / clip);
        Tensor bounded = inner.tanh()) {
      return bounded.mul(clip);
    }
  }

  private Tensor left(Tensor a) {
    return switch (kind) {
      case SIMILARITY_COSINE -> a.normalizeRows();
      case SIMILARITY_DOT -> a;
      case SIMILARITY_BILINEAR -> a.matmul(weight.orElseThrow());
      case SIMILARITY_TANH_CLIPPED_DOT -> a.mul(1 / Math.sqrt((double) a.size(1)));
      case SIMILARITY_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException(kind.name());
    };
  }

  private Tensor right(Tensor b) {
    return normalizes() ? b.normalizeRows() : b;
  }

  private Tensor closing(Tensor scores) {
    Tensor result = clipped(scores);
    closeUnless(scores, result);
    return result;
  }

  private static void closeUnless(Tensor tensor, Tensor kept) {
    if (tensor != kept) {
      tensor.close();
    }
  }
}
