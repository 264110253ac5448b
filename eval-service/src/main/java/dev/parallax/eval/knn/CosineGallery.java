package dev.parallax.eval.knn;

import static java.util.Objects.requireNonNull;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Exact cosine search: what faiss calls {@code IndexFlatIP} over normalised vectors.
 *
 * <p>The gallery is kept in tiles of {@value #TILE} items, transposed, so that the product of a
 * query block with a tile is a series of additions of contiguous rows, which the JIT compiles to
 * vector instructions; a tile stays in the cache while a block of queries passes over it. Memory:
 * one copy of the gallery, and per thread a block of similarities.
 */
public final class CosineGallery {
  private static final int TILE = 512;
  private static final int QUERY_BLOCK = 32;

  private final int count;
  private final int size;
  private final float[][] tiles;

  /**
   * @param gallery [N, D] with 1 row or more; need not be normalised
   */
  public CosineGallery(Embeddings gallery) {
    requireNonNull(gallery, "gallery is null");
    if (gallery.count() < 1) {
      throw new IllegalArgumentException("gallery has no images; allowed: 1 or more");
    }
    this.count = gallery.count();
    this.size = gallery.size();
    this.tiles = tiles(gallery.l2Normalized());
  }

  public int count() {
    return count;
  }

  /**
   * The {@code k} nearest of each query.
   *
   * @param queries [Q, D]; need not be normalised
   * @param k 1 to the size of the gallery
   */
  public NearestNeighbors search(Embeddings queries, int k, Cores cores, Progress progress)
      throws InterruptedException {
    if (queries.size() != size) {
      throw new IllegalArgumentException(
          "queries have " + queries.size() + " values; allowed: " + size + " as in the gallery");
    }
    if (k < 1 || k > count) {
      throw new IllegalArgumentException("k is " + k + "; allowed: 1 to " + count);
    }
    Embeddings normalized = queries.l2Normalized();
    int[] rows = new int[Math.multiplyExact(queries.count(), k)];
    float[] similarities = new float[rows.length];
    AtomicInteger done = new AtomicInteger();
    cores.rows(
        queries.count(),
        QUERY_BLOCK,
        (from, to) -> {
          searchBlock(normalized, from, to, k, rows, similarities);
          progress.at((double) done.addAndGet(to - from) / queries.count());
        });
    return new NearestNeighbors(k, rows, similarities);
  }

  private void searchBlock(
      Embeddings queries, int from, int to, int k, int[] rows, float[] similarities) {
    Nearest[] nearest = new Nearest[to - from];
    for (int q = 0; q < nearest.length; q++) {
      nearest[q] = new Nearest(k);
    }
    float[] products = new float[TILE];
    float[] moreProducts = new float[TILE];
    for (int t = 0; t < tiles.length; t++) {
      int first = t * TILE;
      int width = Math.min(TILE, count - first);
      for (int q = 0; q < nearest.length; q += 2) {
        // an odd last query is paired with itself
        int other = Math.min(q + 1, nearest.length - 1);
        multiply(
            queries.values(),
            queries.offset(from + q),
            queries.offset(from + other),
            tiles[t],
            width,
            products,
            moreProducts);
        nearest[q].offer(products, width, first);
        if (other > q) {
          nearest[other].offer(moreProducts, width, first);
        }
      }
    }
    for (int q = 0; q < nearest.length; q++) {
      nearest[q].drainTo(rows, similarities, (from + q) * k);
    }
  }

  /**
   * {@code products[j] = sum over d of query[d] * tile[d][j]} for two queries at once, four rows of
   * the tile at a time: each value that is loaded serves twice, each sum that is stored holds four
   * products.
   */
  private void multiply(
      float[] queries, int a, int b, float[] tile, int width, float[] sumsA, float[] sumsB) {
    Arrays.fill(sumsA, 0, width, 0f);
    Arrays.fill(sumsB, 0, width, 0f);
    int d = 0;
    for (; d + 4 <= size; d += 4) {
      addFour(queries, a + d, b + d, tile, d * width, width, sumsA, sumsB);
    }
    for (; d < size; d++) {
      addOne(queries[a + d], tile, d * width, width, sumsA);
      addOne(queries[b + d], tile, d * width, width, sumsB);
    }
  }

  private static void addFour(
      float[] queries,
      int a,
      int b,
      float[] tile,
      int row,
      int width,
      float[] sumsA,
      float[] sumsB) {
    float a0 = queries[a];
    float a1 = queries[a + 1];
    float a2 = queries[a + 2];
    float a3 = queries[a + 3];
    float b0 = queries[b];
    float b1 = queries[b + 1];
    float b2 = queries[b + 2];
    float b3 = queries[b + 3];
    int row1 = row + width;
    int row2 = row1 + width;
    int row3 = row2 + width;
    for (int j = 0; j < width; j++) {
      float x0 = tile[row + j];
      float x1 = tile[row1 + j];
      float x2 = tile[row2 + j];
      float x3 = tile[row3 + j];
      sumsA[j] += a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3;
      sumsB[j] += b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3;
    }
  }

  private static void addOne(float factor, float[] tile, int row, int width, float[] sums) {
    for (int j = 0; j < width; j++) {
      sums[j] += factor * tile[row + j];
    }
  }

  private static float[][] tiles(Embeddings gallery) {
    int size = gallery.size();
    float[][] tiles = new float[Math.ceilDiv(gallery.count(), TILE)][];
    for (int t = 0; t < tiles.length; t++) {
      int first = t * TILE;
      int width = Math.min(TILE, gallery.count() - first);
      float[] tile = new float[size * width];
      for (int j = 0; j < width; j++) {
        int from = gallery.offset(first + j);
        for (int d = 0; d < size; d++) {
          tile[d * width + j] = gallery.values()[from + d];
        }
      }
      tiles[t] = tile;
    }
    return tiles;
  }
}
