package dev.parallax.eval.knn;

/**
 * The k nearest gallery items of each query.
 *
 * @param k neighbours per query
 * @param indices int [Q, k], gallery rows, nearest first; equal similarities by smaller row
 * @param similarities float32 [Q, k], cosine, -1 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // a result table; nobody compares two of them
public record NearestNeighbors(int k, int[] indices, float[] similarities) {

  public NearestNeighbors {
    if (k < 1 || indices.length % k != 0 || indices.length != similarities.length) {
      throw new IllegalArgumentException(
          "k is %d, indices has %d entries, similarities %d; allowed: k 1 or more, both of [Q, k]"
              .formatted(k, indices.length, similarities.length));
    }
  }

  public int queries() {
    return indices.length / k;
  }
}
