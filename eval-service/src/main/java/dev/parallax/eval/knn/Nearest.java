package dev.parallax.eval.knn;

/**
 * The k best of a stream of (row, similarity): a binary heap with the worst on top. A candidate is
 * better when its similarity is larger or, at the same similarity, its row smaller, so the outcome
 * is the same in any order of arrival.
 */
final class Nearest {
  private final int[] rows;
  private final float[] similarities;
  private int size;

  Nearest(int k) {
    this.rows = new int[k];
    this.similarities = new float[k];
  }

  /** Offers the first {@code count} candidates as gallery rows {@code firstRow} and following. */
  void offer(float[] candidates, int count, int firstRow) {
    int i = 0;
    while (size < rows.length && i < count) {
      add(firstRow + i, candidates[i]);
      i++;
    }
    // most candidates lose against the worst kept one, so that comparison is all the loop does for
    // them
    float worst = size == rows.length ? similarities[0] : Float.NEGATIVE_INFINITY;
    for (; i < count; i++) {
      float candidate = candidates[i];
      if (candidate >= worst && better(firstRow + i, candidate, rows[0], similarities[0])) {
        siftDown(firstRow + i, candidate, size);
        worst = similarities[0];
      }
    }
  }

  /** Writes the kept ones best first and empties the heap. */
  void drainTo(int[] outRows, float[] outSimilarities, int offset) {
    for (int last = size - 1; last >= 0; last--) {
      outRows[offset + last] = rows[0];
      outSimilarities[offset + last] = similarities[0];
      siftDown(rows[last], similarities[last], last);
    }
    size = 0;
  }

  private void add(int row, float similarity) {
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!better(rows[parent], similarities[parent], row, similarity)) {
        break;
      }
      rows[i] = rows[parent];
      similarities[i] = similarities[parent];
      i = parent;
    }
    rows[i] = row;
    similarities[i] = similarity;
  }

  private void siftDown(int row, float similarity, int heapSize) {
    int i = 0;
    for (int child = 1; child < heapSize; child = 2 * i + 1) {
      if (child + 1 < heapSize
          && better(rows[child], similarities[child], rows[child + 1], similarities[child + 1])) {
        child++;
      }
      if (!better(row, similarity, rows[child], similarities[child])) {
        break;
      }
      rows[i] = rows[child];
      similarities[i] = similarities[child];
      i = child;
    }
    rows[i] = row;
    similarities[i] = similarity;
  }

  private static boolean better(int row, float similarity, int otherRow, float otherSimilarity) {
    return similarity > otherSimilarity || (similarity == otherSimilarity && row < otherRow);
  }
}
