package dev.parallax.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.Resampler;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import dev.parallax.trainer.views.TrainingImages.TooManyCorruptImagesException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ViewBatchesTest {
  private static final int SIDE = 16;
  private static final int BATCH = 8;

  private final ExecutorService pool = Executors.newFixedThreadPool(3);
  private final List<String> warnings = new ArrayList<>();

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  @Test
  void aBatchDependsOnSeedEpochAndNumberAlone() throws Exception {
    byte[] first = batch(batches(views(), 5), 2, 1);
    ViewBatches others = batches(views(), 5);
    batch(others, 0, 0);
    batch(others, 3, 2);
    assertThat(batch(others, 2, 1)).isEqualTo(first);
    assertThat(batch(batches(views(), 6), 2, 1)).isNotEqualTo(first);
    assertThat(batch(batches(views(), 5), 3, 1)).isNotEqualTo(first);
  }

  @Test
  void rowsAreOrderedViewByView() throws Exception {
    byte[] rows = batch(batches(plain(), 1), 0, 0);
    int half = rows.length / 2;
    assertThat(Arrays.copyOfRange(rows, 0, half))
        .isEqualTo(Arrays.copyOfRange(rows, half, rows.length));
    int image = EpochOrder.of(1, 0, 30)[0];
    assertThat(Arrays.copyOf(rows, SIDE * SIDE * 3))
        .isEqualTo(new Noise(SIDE, 30, Set.of()).pixels(image).rgb());
  }

  @Test
  void theTwoViewsOfAnImageDiffer() throws Exception {
    byte[] rows = batch(batches(views(), 1), 0, 0);
    int view = SIDE * SIDE * 3;
    for (int image = 0; image < BATCH; image++) {
      assertThat(Arrays.copyOfRange(rows, image * view, (image + 1) * view))
          .isNotEqualTo(
              Arrays.copyOfRange(rows, (BATCH + image) * view, (BATCH + image + 1) * view));
    }
  }

  @Test
  void anUnreadableImageIsNamedOnceAndReplacedByItsSuccessor() throws Exception {
    var images =
        new TrainingImages(
            new Noise(SIDE, 30, Set.of(4)),
            ImageDecoder.withDefaultLimits(),
            1 << 20,
            1,
            warnings::add);
    assertThat(images.get(4)).isEqualTo(images.get(5));
    images.get(4);
    assertThat(warnings).singleElement().asString().contains("image-4");
    assertThat(images.corrupt()).isEqualTo(1);
  }

  @Test
  void moreUnreadableImagesThanAllowedEndTheRun() {
    var images =
        new TrainingImages(
            new Noise(SIDE, 30, Set.of(4, 9)),
            ImageDecoder.withDefaultLimits(),
            1 << 20,
            1,
            warnings::add);
    images.get(4);
    assertThatThrownBy(() -> images.get(9))
        .isInstanceOf(TooManyCorruptImagesException.class)
        .hasMessageContaining("image-9")
        .hasMessageContaining("max_corrupt_images is 1");
  }

  @Test
  void anEpochsOrderIsAPermutation() {
    assertThat(EpochOrder.of(3, 7, 100)).doesNotHaveDuplicates().hasSize(100);
    assertThat(EpochOrder.of(3, 7, 100)).isNotEqualTo(EpochOrder.of(3, 8, 100));
  }

  @Test
  void theImagesOfABatchAreThoseThatItShows() throws Exception {
    ViewBatches batches = batches(plain(), 1);
    byte[] rows = batch(batches, 4, 2);
    int[] images = batches.images(4, 2);
    assertThat(images).hasSize(BATCH).doesNotHaveDuplicates();
    for (int slot = 0; slot < BATCH; slot++) {
      assertThat(row(rows, slot)).isEqualTo(noise().pixels(images[slot]).rgb());
    }
  }

  @Test
  void anUnreadableImageOfABatchIsNamedAsTheOneInItsPlace() throws Exception {
    int damaged = EpochOrder.of(1, 0, 30)[3];
    Noise noise = new Noise(SIDE, 30, Set.of(damaged));
    var batches = new ViewBatches(images(noise, 1), plain(), BATCH, 1);
    byte[] rows = batch(batches, 0, 0);
    int successor = (damaged + 1) % 30;
    assertThat(batches.images(0, 0)[3]).isEqualTo(successor);
    assertThat(row(rows, 3)).isEqualTo(noise.pixels(successor).rgb());
  }

  @Test
  void aSubsetIsAllThatItsBatchesShow() throws Exception {
    int[] subset = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 4, 6, 8, 9, 10, 12};
    var batches = new ViewBatches(images(noise(), 0), plain(), BATCH, 1, subset);
    assertThat(batches.batchesPerEpoch()).isEqualTo(2);
    List<Integer> seen = new ArrayList<>();
    for (int batch = 0; batch < 2; batch++) {
      byte[] rows = batch(batches, 5, batch);
      int[] images = batches.images(5, batch);
      for (int slot = 0; slot < BATCH; slot++) {
        seen.add(images[slot]);
        assertThat(row(rows, slot)).isEqualTo(noise().pixels(images[slot]).rgb());
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(subset).boxed().toList())
        .isNotEqualTo(Arrays.stream(subset).boxed().toList());
  }

  @Test
  void anImageHasTheSameViewsInASubsetAsAmongAll() throws Exception {
    ViewBatches all = batches(views(), 5);
    byte[] expected = batch(all, 1, 0);
    int[] subset = all.images(1, 0);
    var some = new ViewBatches(images(noise(), 0), views(), BATCH, 5, subset);
    byte[] actual = batch(some, 1, 0);
    int[] images = some.images(1, 0);
    for (int slot = 0; slot < BATCH; slot++) {
      int there = indexOf(images[slot], subset);
      assertThat(row(actual, slot)).isEqualTo(row(expected, there));
      assertThat(row(actual, BATCH + slot)).isEqualTo(row(expected, BATCH + there));
    }
  }

  @Test
  void anUnreadableImageOfASubsetIsReplacedFromTheSubset() throws Exception {
    int[] subset = {1, 4, 9, 16, 20, 21, 22, 23};
    var images = images(new Noise(SIDE, 30, Set.of(4)), 1);
    var batches = new ViewBatches(images, plain(), BATCH, 1, subset);
    assertThat(batches.images(0, 0)).contains(9).doesNotContain(4, 5);
  }

  @Test
  void aSubsetHasEachImageAtMostOnce() {
    TrainingImages images = images(noise(), 0);
    assertThatThrownBy(() -> new ViewBatches(images, views(), 2, 1, new int[] {3, 4, 3}))
        .hasMessage("the subset has image 3 twice; allowed: 0 to 29, each once");
    assertThatThrownBy(() -> new ViewBatches(images, views(), 2, 1, new int[] {3, 30}))
        .hasMessage("the subset has image 30; allowed: 0 to 29, each once");
  }

  @Test
  void cropsOfSeveralSidesLieInBlocksOfTheirOwn() throws Exception {
    Views views =
        Views.newBuilder()
            .setImageSize(SIDE)
            .addPipelines(ViewPipeline.newBuilder().setCount(2))
            .addPipelines(ViewPipeline.newBuilder().setCount(3).setImageSize(8))
            .build();
    ViewBatches batches = batches(views, 1);
    byte[] rows = batch(batches, 0, 0);
    ViewBlock small = batches.blocks().get(1);
    for (int view = 0; view < 3; view++) {
      for (int slot = 0; slot < BATCH; slot++) {
        int from = small.offset() + (view * BATCH + slot) * 8 * 8 * 3;
        assertThat(Arrays.copyOfRange(rows, from, from + 8 * 8 * 3))
            .isEqualTo(Resampler.resize(noise().pixels(batches.images(0, 0)[slot]), 8, 8).rgb());
      }
    }
    assertThat(row(rows, 2 * BATCH - 1))
        .isEqualTo(noise().pixels(batches.images(0, 0)[BATCH - 1]).rgb());
  }

  @Test
  void patchesOfAnImageFollowEachOther() throws Exception {
    Views views =
        Views.newBuilder()
            .setImageSize(SIDE)
            .addPipelines(
                ViewPipeline.newBuilder()
                    .setCount(1)
                    .setPatches(Patches.newBuilder().setSize(8).setStride(4)))
            .build();
    ViewBatches batches = batches(views, 1);
    byte[] rows = batch(batches, 0, 0);
    var shape = new ViewShape(SIDE, 8, 4);
    int bytes = (int) shape.bytes();
    for (int slot = 0; slot < BATCH; slot++) {
      byte[] expected = new byte[bytes];
      shape.cut(noise().pixels(batches.images(0, 0)[slot]).rgb(), expected);
      assertThat(Arrays.copyOfRange(rows, slot * bytes, (slot + 1) * bytes)).isEqualTo(expected);
    }
  }

  @Test
  void thePrefetcherGivesBatchesInOrderFromWhereARunGoesOn() throws Exception {
    ViewBatches batches = batches(views(), 5);
    try (var prefetcher = new Prefetcher(batches, 1, 2, 3, 2)) {
      for (int[] expected : new int[][] {{1, 2}, {2, 0}, {2, 1}, {2, 2}}) {
        Prefetcher.Batch batch = prefetcher.next();
        byte[] actual = new byte[batches.batchBytes()];
        batch.pixels().get(0, actual);
        assertThat(actual).isEqualTo(batch(batches(views(), 5), expected[0], expected[1]));
        assertThat(batch.images()).isEqualTo(batches.images(expected[0], expected[1]));
        prefetcher.recycle(batch);
      }
    }
  }

  @Test
  void thePrefetcherSaysSoWhenThereIsNoBatchLeft() throws Exception {
    try (var prefetcher = new Prefetcher(batches(views(), 5), 3, 0, 3, 2)) {
      assertThatThrownBy(prefetcher::next).hasMessage("there is no batch after the last one");
    }
  }

  private byte[] batch(ViewBatches batches, long epoch, int batch) throws InterruptedException {
    ByteBuffer out = ByteBuffer.allocateDirect(batches.batchBytes());
    batches.fill(epoch, batch, out, pool);
    byte[] bytes = new byte[batches.batchBytes()];
    out.get(0, bytes);
    return bytes;
  }

  private ViewBatches batches(Views views, long seed) {
    return new ViewBatches(images(noise(), 0), views, BATCH, seed);
  }

  private TrainingImages images(Noise noise, int maxCorrupt) {
    return new TrainingImages(
        noise, ImageDecoder.withDefaultLimits(), 1 << 20, maxCorrupt, warnings::add);
  }

  private static Noise noise() {
    return new Noise(SIDE, 30, Set.of());
  }

  /** Two views without random operations: the image itself. */
  private static Views plain() {
    return Views.newBuilder()
        .setImageSize(SIDE)
        .addPipelines(ViewPipeline.newBuilder().setCount(2))
        .build();
  }

  private static byte[] row(byte[] rows, int row) {
    int bytes = SIDE * SIDE * 3;
    return Arrays.copyOfRange(rows, row * bytes, (row + 1) * bytes);
  }

  private static int indexOf(int value, int[] values) {
    return IntStream.range(0, values.length).filter(i -> values[i] == value).findFirst().getAsInt();
  }

  private static Views views() {
    return Recipes.named("recipe", "simclr-small").getViews().toBuilder()
        .setImageSize(SIDE)
        .build();
  }
}
