package dev.parallax.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.RgbImage;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Item;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import dev.parallax.trainer.views.TrainingImages.TooManyCorruptImagesException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    // Without random operations both views of an image are the image itself.
    Views plain =
        Views.newBuilder()
            .setImageSize(SIDE)
            .addPipelines(ViewPipeline.newBuilder().setCount(2))
            .build();
    byte[] rows = batch(batches(plain, 1), 0, 0);
    int half = rows.length / 2;
    assertThat(Arrays.copyOfRange(rows, 0, half))
        .isEqualTo(Arrays.copyOfRange(rows, half, rows.length));
    int image = EpochOrder.of(1, 0, 30)[0];
    assertThat(Arrays.copyOf(rows, SIDE * SIDE * 3))
        .isEqualTo(new Noise(30, Set.of()).pixels(image).rgb());
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
            new Noise(30, Set.of(4)), ImageDecoder.withDefaultLimits(), 1 << 20, 1, warnings::add);
    assertThat(images.get(4)).isEqualTo(images.get(5));
    images.get(4);
    assertThat(warnings).singleElement().asString().contains("image-4");
    assertThat(images.corrupt()).isEqualTo(1);
  }

  @Test
  void moreUnreadableImagesThanAllowedEndTheRun() {
    var images =
        new TrainingImages(
            new Noise(30, Set.of(4, 9)),
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
  void thePrefetcherGivesBatchesInOrderFromWhereARunGoesOn() throws Exception {
    ViewBatches batches = batches(views(), 5);
    try (var prefetcher = new Prefetcher(batches, 1, 2, 3, 2)) {
      for (int[] expected : new int[][] {{1, 2}, {2, 0}, {2, 1}, {2, 2}}) {
        ByteBuffer pixels = prefetcher.next();
        byte[] actual = new byte[batches.batchBytes()];
        pixels.get(0, actual);
        assertThat(actual).isEqualTo(batch(batches(views(), 5), expected[0], expected[1]));
        prefetcher.recycle(pixels);
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
    var images =
        new TrainingImages(
            new Noise(30, Set.of()), ImageDecoder.withDefaultLimits(), 1 << 20, 0, warnings::add);
    return new ViewBatches(images, views, BATCH, seed);
  }

  private static Views views() {
    return Recipes.named("recipe", "simclr-small").getViews().toBuilder()
        .setImageSize(SIDE)
        .build();
  }

  /** Images of noise, some of them damaged files. */
  private record Noise(int size, Set<Integer> damaged) implements Dataset {
    RgbImage pixels(int i) {
      var random = new SplittableRandom(i);
      byte[] rgb = new byte[SIDE * SIDE * 3];
      random.nextBytes(rgb);
      return new RgbImage(SIDE, SIDE, rgb);
    }

    @Override
    public String uri() {
      return "noise";
    }

    @Override
    public List<String> classes() {
      return List.of();
    }

    @Override
    public int label(int i) {
      return -1;
    }

    @Override
    public String name(int i) {
      return "image-" + i;
    }

    @Override
    public Item read(int i) {
      return damaged.contains(i)
          ? new Item.Encoded(new byte[] {1, 2, 3})
          : new Item.Pixels(pixels(i));
    }

    @Override
    public void close() {}
  }
}
