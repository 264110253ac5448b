package dev.parallax.eval.knn;

import static java.util.Objects.requireNonNull;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;

/**
 * Classifies images by the weighted vote of their nearest labelled neighbours.
 *
 * @param k neighbours, 1 to the size of the gallery
 */
public record KnnClassifier(int k, WeightedVote vote) {
  /** Neighbours held at a time; bounds memory whatever k and the number of queries are. */
  private static final int MAX_HELD_NEIGHBORS = 1 << 22;

  public KnnClassifier {
    requireNonNull(vote, "vote is null");
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + "; allowed: 1 or more");
    }
  }

  /**
   * @param gallery labelled images [N, D]
   * @param queries [Q, D]
   * @return int [Q], predicted labels
   */
  public int[] predict(
      LabelledEmbeddings gallery, Embeddings queries, Cores cores, Progress progress)
      throws InterruptedException {
    CosineGallery index = new CosineGallery(gallery.embeddings());
    int slab = Math.max(32, MAX_HELD_NEIGHBORS / k);
    int[] predicted = new int[queries.count()];
    for (int from = 0; from < predicted.length; from += slab) {
      int to = (int) Math.min(predicted.length, (long) from + slab);
      NearestNeighbors neighbors =
          index.search(
              queries.range(from, to),
              k,
              cores,
              progress.part((double) from / predicted.length, (double) to / predicted.length));
      int[] labels = vote.predict(neighbors, gallery.labels(), gallery.classes());
      System.arraycopy(labels, 0, predicted, from, labels.length);
    }
    return predicted;
  }
}
