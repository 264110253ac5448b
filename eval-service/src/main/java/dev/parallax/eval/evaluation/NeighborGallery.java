package dev.parallax.eval.evaluation;

import dev.parallax.eval.embeddings.BalancedRows;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.evaluation.EvaluationOutcome.Query;
import dev.parallax.eval.evaluation.EvaluationOutcome.Shown;
import dev.parallax.eval.knn.CosineGallery;
import dev.parallax.eval.knn.NearestNeighbors;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import dev.parallax.images.UnreadableImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Some test images with their nearest training images, to be looked at. */
final class NeighborGallery {
  private final MeasuredSet train;
  private final MeasuredSet test;
  private final EvaluationListener listener;
  private final Thumbnails thumbnails = new Thumbnails();

  NeighborGallery(MeasuredSet train, MeasuredSet test, EvaluationListener listener) {
    this.train = train;
    this.test = test;
    this.listener = listener;
  }

  /** Queries are drawn class-balanced and ordered by class. */
  List<Query> queries(EvaluationPlan.Neighbors plan, long seed, Cores cores, Progress progress)
      throws InterruptedException {
    LabelledEmbeddings all = test.data();
    int[] rows =
        IntStream.of(BalancedRows.draw(all.labels(), all.classes(), plan.queries(), seed))
            .boxed()
            .sorted(Comparator.<Integer>comparingInt(row -> all.labels()[row]))
            .mapToInt(row -> row)
            .toArray();
    int k = Math.min(plan.neighbors(), train.data().count());
    NearestNeighbors nearest =
        new CosineGallery(train.data().embeddings())
            .search(all.embeddings().rows(rows), k, cores, progress.part(0, 0.3));
    List<Query> queries = new ArrayList<>();
    for (int q = 0; q < rows.length; q++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled");
      }
      List<Shown> neighbors = new ArrayList<>();
      for (int j = q * k; j < (q + 1) * k; j++) {
        neighbors.add(shown(train, nearest.indices()[j], nearest.similarities()[j]));
      }
      queries.add(new Query(shown(test, rows[q], 1), neighbors));
      progress.at(0.3 + 0.7 * (q + 1) / rows.length);
    }
    return queries;
  }

  private Shown shown(MeasuredSet from, int row, double similarity) {
    int item = from.item(row);
    String name = from.set().dataset().name(item);
    byte[] png;
    try {
      png = thumbnails.png(from.set().dataset(), item);
    } catch (IOException | UnreadableImageException e) {
      listener.warn("%s cannot be shown: %s".formatted(name, e.getMessage()));
      png = new byte[0];
    }
    return new Shown(name, from.data().labels()[row], png, similarity);
  }
}
