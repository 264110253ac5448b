package dev.parallax.trainer.views;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes the next batches while a step runs, in buffers that are used again. */
public final class Prefetcher implements AutoCloseable {
  private static final int BUFFERS = 2;

  /**
   * A batch of views.
   *
   * @param pixels {@link ViewBatches#batchBytes()} bytes, laid out as {@link ViewBatches#blocks()}
   * @param images the images shown, as {@link ViewBatches#images} says
   */
  public record Batch(ByteBuffer pixels, int[] images) {}

  /** A batch, or what went wrong. */
  private sealed interface Filled {
    record Views(Batch batch) implements Filled {}

    record Failure(Throwable cause) implements Filled {}

    record End() implements Filled {}
  }

  private final ViewBatches batches;
  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final ExecutorService pool;
  private final Thread producer;

  /**
   * Starts with batch {@code firstBatch} of {@code firstEpoch} and goes on to the end of {@code
   * epochs}.
   */
  public Prefetcher(
      ViewBatches batches, long firstEpoch, int firstBatch, long epochs, int threads) {
    this.batches = batches;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("views-", 0).daemon().factory());
    for (int i = 0; i < BUFFERS; i++) {
      free.add(ByteBuffer.allocateDirect(batches.batchBytes()));
    }
    this.producer =
        Thread.ofPlatform()
            .name("prefetch")
            .daemon()
            .start(() -> produce(firstEpoch, firstBatch, epochs));
  }

  /** The next batch; give it back with {@link #recycle}. */
  public Batch next() throws InterruptedException {
    return switch (filled.take()) {
      case Filled.Views(Batch batch) -> batch;
      case Filled.Failure(RuntimeException cause) -> throw cause;
      case Filled.Failure(Error cause) -> throw cause;
      case Filled.Failure(Throwable cause) -> throw new IllegalStateException(cause);
      case Filled.End() -> throw new IllegalStateException("there is no batch after the last one");
    };
  }

  /** Takes a batch's buffer back; its pixels are not to be looked at any more. */
  public void recycle(Batch batch) {
    free.add(batch.pixels());
  }

  private void produce(long firstEpoch, int firstBatch, long epochs) {
    try {
      int start = firstBatch;
      for (long epoch = firstEpoch; epoch < epochs; epoch++) {
        for (int batch = start; batch < batches.batchesPerEpoch(); batch++) {
          ByteBuffer pixels = free.take();
          int[] images = batches.fill(epoch, batch, pixels, pool);
          filled.put(new Filled.Views(new Batch(pixels, images)));
        }
        start = 0;
      }
      filled.put(new Filled.End());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // An error, too, has to reach the one who waits for a batch.
      filled.add(new Filled.Failure(e));
    }
  }

  @Override
  public void close() {
    producer.interrupt();
    pool.shutdownNow();
  }
}
