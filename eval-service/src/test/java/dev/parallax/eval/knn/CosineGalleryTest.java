package dev.parallax.eval.knn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.eval.Golden;
import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CosineGalleryTest {
  private final Cores cores = new Cores(2);

  @AfterEach
  void close() {
    cores.close();
  }

  @Test
  void search_agreesWithFaiss() throws Exception {
    Golden golden = new Golden("knn.txt");
    NearestNeighbors found =
        new CosineGallery(Golden.trainDigits().embeddings())
            .search(Golden.testDigits().embeddings().range(0, 50), 20, cores, Progress.NONE);

    double[] similarities = golden.values("similarities");
    int[] indices = golden.integers("neighbors");
    for (int i = 0; i < indices.length; i++) {
      assertThat(found.similarities()[i]).isCloseTo((float) similarities[i], within(2e-6f));
      if (found.indices()[i] != indices[i]) {
        // only neighbours that are equally near, up to rounding, may change places
        assertThat(found.similarities()[i]).isCloseTo((float) similarities[i], within(1e-6f));
        assertThat(indices).contains(found.indices()[i]);
      }
    }
  }

  @Test
  void search_agreesWithSortingEverything() throws Exception {
    // sizes that fill no block, tile or group of four
    Embeddings gallery = random(1301, 37, 1);
    Embeddings queries = random(71, 37, 2);
    NearestNeighbors found = new CosineGallery(gallery).search(queries, 13, cores, Progress.NONE);

    Embeddings g = gallery.l2Normalized();
    Embeddings q = queries.l2Normalized();
    for (int i = 0; i < queries.count(); i++) {
      double[] similarity = new double[gallery.count()];
      for (int j = 0; j < similarity.length; j++) {
        for (int d = 0; d < 37; d++) {
          similarity[j] += (double) q.values()[i * 37 + d] * g.values()[j * 37 + d];
        }
      }
      int[] expected =
          IntStream.range(0, similarity.length)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> -similarity[j]))
              .limit(13)
              .mapToInt(j -> j)
              .toArray();
      assertThat(Arrays.copyOfRange(found.indices(), i * 13, (i + 1) * 13)).isEqualTo(expected);
    }
  }

  @Test
  void equallyNearNeighbors_comeInOrderOfTheirRows() throws Exception {
    float[] same = new float[2000 * 2];
    Arrays.fill(same, 1f);
    NearestNeighbors found =
        new CosineGallery(new Embeddings(2000, 2, same))
            .search(new Embeddings(1, 2, new float[] {3, 3}), 5, cores, Progress.NONE);

    assertThat(found.indices()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void lengthOfVectors_doesNotMatter() throws Exception {
    Embeddings gallery = new Embeddings(2, 2, new float[] {100, 1, 0.001f, 0.001f});
    NearestNeighbors found =
        new CosineGallery(gallery)
            .search(new Embeddings(1, 2, new float[] {7, 7}), 2, cores, Progress.NONE);

    assertThat(found.indices()).containsExactly(1, 0);
    assertThat(found.similarities()[0]).isCloseTo(1f, within(1e-6f));
  }

  @Test
  void result_isTheSameOnAnyNumberOfCores() throws Exception {
    Embeddings gallery = random(600, 20, 3);
    Embeddings queries = random(200, 20, 4);
    try (Cores one = new Cores(1);
        Cores five = new Cores(5)) {
      NearestNeighbors a = new CosineGallery(gallery).search(queries, 9, one, Progress.NONE);
      NearestNeighbors b = new CosineGallery(gallery).search(queries, 9, five, Progress.NONE);
      assertThat(a.indices()).isEqualTo(b.indices());
      assertThat(a.similarities()).isEqualTo(b.similarities());
    }
  }

  @Test
  void moreNeighborsThanTheGalleryHas_areRefused() {
    CosineGallery gallery = new CosineGallery(random(3, 2, 5));
    assertThatThrownBy(() -> gallery.search(random(1, 2, 6), 4, cores, Progress.NONE))
        .hasMessage("k is 4; allowed: 1 to 3");
  }

  @Test
  void interrupt_endsTheSearch() {
    CosineGallery gallery = new CosineGallery(random(500, 8, 7));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> gallery.search(random(500, 8, 8), 4, cores, Progress.NONE))
        .isInstanceOf(InterruptedException.class);
  }

  private static Embeddings random(int count, int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Embeddings(count, size, values);
  }
}
