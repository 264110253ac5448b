package dev.parallax.trainer.similarity;

import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.Similarity;

/** Similarities of every row with every row. */
public final class Similarities {
  private Similarities() {}

  /**
   * Pairwise similarities.
   *
   * @param z float32 {@code [n, d]}
   * @return float32 {@code [n, n]}; for the cosine, values of -1 to 1
   */
  public static Tensor matrix(Similarity similarity, Tensor z) {
    return switch (similarity) {
      case SIMILARITY_COSINE -> {
        try (Tensor unit = z.normalizeRows()) {
          yield products(unit);
        }
      }
      case SIMILARITY_DOT -> products(z);
      case SIMILARITY_BILINEAR, SIMILARITY_TANH_CLIPPED_DOT, SIMILARITY_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "similarity is " + similarity + "; allowed: SIMILARITY_COSINE, SIMILARITY_DOT");
    };
  }

  private static Tensor products(Tensor rows) {
    try (Tensor transposed = rows.transpose(1, 0)) {
      return rows.matmul(transposed);
    }
  }
}
