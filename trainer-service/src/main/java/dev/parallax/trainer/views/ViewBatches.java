package dev.parallax.trainer.views;

import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import dev.parallax.trainer.views.TrainingImages.Shown;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Batches of views. Which images and which views a batch holds depends on (seed, epoch, batch)
 * alone. Where a view lies in a batch is said by {@link ViewBlock}.
 */
public final class ViewBatches {
  private static final int IMAGES_PER_TASK = 16;

  private final TrainingImages images;
  private final int[] subset;
  private final List<ViewPipeline> pipelines;
  private final List<ViewShape> shapes;
  private final ViewLayout layout;
  private final int batchSize;
  private final long seed;
  private final ThreadLocal<Scratch> scratch;
  private long orderEpoch = -1;
  private int[] order = new int[0];

  /** What a thread makes views with. */
  private record Scratch(List<ViewMaker> makers, List<byte[]> rows) {
    /** Views of one shape share a maker. */
    static Scratch of(List<ViewShape> shapes) {
      Map<ViewShape, ViewMaker> makers = new HashMap<>();
      Map<ViewShape, byte[]> rows = new HashMap<>();
      for (ViewShape shape : shapes) {
        makers.computeIfAbsent(shape, ViewMaker::new);
        rows.computeIfAbsent(shape, s -> new byte[Math.toIntExact(s.bytes())]);
      }
      return new Scratch(
          shapes.stream().map(makers::get).toList(), shapes.stream().map(rows::get).toList());
    }
  }

  /** Batches of all images. */
  public ViewBatches(TrainingImages images, Views views, int batchSize, long seed) {
    this(images, views, batchSize, seed, IntStream.range(0, images.size()).toArray());
  }

  /**
   * Batches of some images. A view of an image is the same as in batches of all.
   *
   * @param subset indexes in the dataset, each at most once
   */
  public ViewBatches(TrainingImages images, Views views, int batchSize, long seed, int[] subset) {
    this.images = images;
    this.subset = distinct(subset.clone(), images.size());
    this.batchSize = batchSize;
    this.seed = seed;
    this.layout = ViewLayout.of(views, batchSize);
    this.shapes = ViewLayout.shapes(views);
    this.pipelines = new ArrayList<>();
    for (ViewPipeline pipeline : views.getPipelinesList()) {
      for (int i = 0; i < pipeline.getCount(); i++) {
        pipelines.add(pipeline);
      }
    }
    this.scratch = ThreadLocal.withInitial(() -> Scratch.of(shapes));
  }

  private static int[] distinct(int[] subset, int images) {
    BitSet seen = new BitSet(images);
    for (int image : subset) {
      if (image < 0 || image >= images || seen.get(image)) {
        throw new IllegalArgumentException(
            "the subset has image "
                + image
                + (image < 0 || image >= images ? "" : " twice")
                + "; allowed: 0 to "
                + (images - 1)
                + ", each once");
      }
      seen.set(image);
    }
    return subset;
  }

  /** Batches of an epoch; images that do not fill one are left out of that epoch. */
  public int batchesPerEpoch() {
    return subset.length / batchSize;
  }

  /** Views of an image. */
  public int views() {
    return pipelines.size();
  }

  /** Where the views lie in a batch, in order. */
  public List<ViewBlock> blocks() {
    return layout.blocks();
  }

  /** Rows of a batch, those of all blocks. */
  public int rows() {
    return layout.rows();
  }

  /** Bytes of a batch. */
  public int batchBytes() {
    return layout.bytes();
  }

  /**
   * The images that a batch shows, as indexes in the dataset, in the order of the rows. An
   * unreadable image is not among them, but the one that is shown in its place, so that one may be
   * there twice. Reads images that are not in memory.
   */
  public int[] images(long epoch, int batch) {
    int[] order = order(epoch);
    return IntStream.range(batch * batchSize, (batch + 1) * batchSize)
        .map(i -> images.readable(subset, order[i]).index())
        .toArray();
  }

  /**
   * Fills {@code out} from its start with one batch, the views made in parallel on {@code pool}.
   *
   * @param out at least {@link #batchBytes()} bytes
   * @return the images shown, as {@link #images} says
   */
  public int[] fill(long epoch, int batch, ByteBuffer out, ExecutorService pool)
      throws InterruptedException {
    int[] order = order(epoch);
    int[] shown = new int[batchSize];
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int start = 0; start < batchSize; start += IMAGES_PER_TASK) {
      int from = start;
      int to = Math.min(batchSize, start + IMAGES_PER_TASK);
      tasks.add(
          () -> {
            for (int slot = from; slot < to; slot++) {
              shown[slot] = fill(epoch, order[batch * batchSize + slot], slot, out);
            }
            return null;
          });
    }
    for (Future<Void> done : pool.invokeAll(tasks)) {
      try {
        done.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          default -> throw new IllegalStateException(e.getCause());
        }
      }
    }
    return shown;
  }

  private int fill(long epoch, int position, int slot, ByteBuffer out) {
    Scratch mine = scratch.get();
    Shown shown = images.readable(subset, position);
    for (ViewBlock block : blocks()) {
      for (int i = 0; i < block.views(); i++) {
        int view = block.firstView() + i;
        byte[] rows = mine.rows().get(view);
        mine.makers()
            .get(view)
            .make(
                shown.image(),
                pipelines.get(view),
                ViewSeed.view(seed, epoch, subset[position], view),
                rows);
        out.put(block.offset() + (i * batchSize + slot) * rows.length, rows);
      }
    }
    return shown.index();
  }

  private synchronized int[] order(long epoch) {
    if (epoch != orderEpoch) {
      order = EpochOrder.of(seed, epoch, subset.length);
      orderEpoch = epoch;
    }
    return order;
  }
}
