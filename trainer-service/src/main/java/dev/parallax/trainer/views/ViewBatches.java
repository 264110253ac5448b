package dev.parallax.trainer.views;

import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Batches of views. Which images and which views a batch holds depends on (seed, epoch, batch)
 * alone.
 *
 * <p>Rows of a batch are ordered view by view: row {@code v * batchSize + i} is view v of image i.
 */
public final class ViewBatches {
  private static final int IMAGES_PER_TASK = 16;

  private final TrainingImages images;
  private final List<ViewPipeline> pipelines;
  private final int side;
  private final int batchSize;
  private final long seed;
  private final ThreadLocal<Scratch> scratch;
  private long orderEpoch = -1;
  private int[] order = new int[0];

  private record Scratch(ViewMaker maker, byte[] bytes) {}

  public ViewBatches(TrainingImages images, Views views, int batchSize, long seed) {
    this.images = images;
    this.side = views.getImageSize();
    this.batchSize = batchSize;
    this.seed = seed;
    this.pipelines = new ArrayList<>();
    for (ViewPipeline pipeline : views.getPipelinesList()) {
      for (int i = 0; i < pipeline.getCount(); i++) {
        pipelines.add(pipeline);
      }
    }
    this.scratch =
        ThreadLocal.withInitial(() -> new Scratch(new ViewMaker(side), new byte[viewBytes()]));
  }

  /** Batches of an epoch; images that do not fill one are left out of that epoch. */
  public int batchesPerEpoch() {
    return images.size() / batchSize;
  }

  /** Views of an image. */
  public int views() {
    return pipelines.size();
  }

  /** Rows of a batch. */
  public int rows() {
    return batchSize * views();
  }

  /** Bytes of a batch. */
  public int batchBytes() {
    return Math.multiplyExact(rows(), viewBytes());
  }

  /**
   * Fills {@code out} from its start with one batch, the views made in parallel on {@code pool}.
   *
   * @param out at least {@link #batchBytes()} bytes
   */
  public void fill(long epoch, int batch, ByteBuffer out, ExecutorService pool)
      throws InterruptedException {
    int[] order = order(epoch);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int start = 0; start < batchSize; start += IMAGES_PER_TASK) {
      int from = start;
      int to = Math.min(batchSize, start + IMAGES_PER_TASK);
      tasks.add(
          () -> {
            for (int slot = from; slot < to; slot++) {
              fill(epoch, order[batch * batchSize + slot], slot, out);
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
  }

  private void fill(long epoch, int image, int slot, ByteBuffer out) {
    Scratch mine = scratch.get();
    var pixels = images.get(image);
    for (int view = 0; view < pipelines.size(); view++) {
      mine.maker()
          .make(
              pixels,
              pipelines.get(view),
              ViewSeed.view(seed, epoch, image, view),
              mine.bytes(),
              0);
      out.put((view * batchSize + slot) * viewBytes(), mine.bytes());
    }
  }

  private synchronized int[] order(long epoch) {
    if (epoch != orderEpoch) {
      order = EpochOrder.of(seed, epoch, images.size());
      orderEpoch = epoch;
    }
    return order;
  }

  private int viewBytes() {
    return side * side * 3;
  }
}
