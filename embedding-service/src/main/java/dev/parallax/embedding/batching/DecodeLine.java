package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/**
 * Work on images before they are queued, in the order of a {@link WaitingLine}, for all models
 * together. What waits is bounded by {@link ImagePermits}. Thread-safe.
 */
public final class DecodeLine {
  private final Executor threads;
  private final int decoders;
  private final BatchSettings settings;
  private final Timekeeper time;
  private final WaitingLine<Chunk> line;
  private final Turns turns;
  private final Pace pace = new Pace();

  private record Chunk(Object caller, Priority priority, int images, IntSupplier work)
      implements Waiting {}

  /**
   * @param threads runs {@code decoders} tasks at a time
   */
  public DecodeLine(Executor threads, int decoders, BatchSettings settings, Timekeeper time) {
    this.threads = requireNonNull(threads, "threads is null");
    this.decoders = decoders;
    this.settings = requireNonNull(settings, "settings is null");
    this.time = requireNonNull(time, "time is null");
    this.line = new WaitingLine<>(settings.maxBatch());
    this.turns = new Turns(settings.maxBatch());
  }

  /** Tasks at a time. */
  public int decoders() {
    return decoders;
  }

  /**
   * @param caller as {@link Waiting#caller}
   * @param images that {@code work} is about, 1 or more
   * @param work must not throw; gives the number of images that it decoded
   */
  public void execute(Object caller, Priority priority, int images, IntSupplier work) {
    Chunk chunk = new Chunk(caller, priority, images, work);
    turns.add(caller, priority, images);
    synchronized (line) {
      line.add(chunk);
    }
    threads.execute(this::next);
  }

  /** There are as many tasks as chunks; each takes the chunk whose turn it is. */
  private void next() {
    Chunk chunk;
    synchronized (line) {
      List<Chunk> nobody = new ArrayList<>();
      chunk = line.take(1, waiting -> false, nobody).getFirst();
    }
    long started = time.nanoTime();
    int decoded = 0;
    try {
      decoded = chunk.work().getAsInt();
    } finally {
      if (decoded > 0) {
        pace.add(decoded, time.nanoTime() - started);
      }
      turns.remove(chunk.caller(), chunk.priority(), chunk.images());
    }
  }

  public ExpectedWait expectedWait(Priority priority) {
    double each = pace.settled();
    return settings
        .queueTime()
        .expect(each * turns.ahead(priority), decoders, each * settings.maxBatch());
  }
}
