package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import dev.parallax.embedding.batching.QueuedImage.BatchTimes;
import dev.parallax.embedding.model.ServedModel;
import dev.parallax.embedding.monitor.ServingMonitor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;

/**
 * Decoded images of one model version, drained greedily: an idle executor takes what is there, up
 * to a full batch, and waits for more no longer than {@link BatchSettings#linger}. When several
 * executors are idle they share what is there. Thread-safe.
 */
public final class BatchQueue {
  // below this a smaller batch costs more per image than a second core gains
  private static final int SMALLEST_SHARE = 4;

  private final ServedModel model;
  private final BatchSettings settings;
  private final Executor executors;
  private final Timekeeper time;
  private final ServingMonitor monitor;
  private final ImagePermits permits;
  private final ArrayBlockingQueue<ByteBuffer> buffers;
  private final Turns turns;
  private final Pace pace = new Pace();
  // guards what follows
  private final Object lock = new Object();
  private final WaitingLine<QueuedImage> images;
  private final Linger linger;
  // drains that were started, and those of them that have not taken their images yet
  private int drains;
  private int idle;

  BatchQueue(
      ServedModel model,
      BatchSettings settings,
      Executor executors,
      Timekeeper time,
      ServingMonitor monitor) {
    this.model = requireNonNull(model, "model is null");
    this.settings = requireNonNull(settings, "settings is null");
    this.executors = requireNonNull(executors, "executors is null");
    this.time = requireNonNull(time, "time is null");
    this.monitor = requireNonNull(monitor, "monitor is null");
    this.permits = new ImagePermits(settings.queueImages());
    this.buffers = new ArrayBlockingQueue<>(settings.executors());
    this.turns = new Turns(settings.maxBatch());
    this.images = new WaitingLine<>(settings.maxBatch());
    this.linger = new Linger(settings.linger(), time, this::lingered);
  }

  public ImagePermits permits() {
    return permits;
  }

  /** Images of calls that were admitted and have no answer yet: to be told by who admits them. */
  public Turns turns() {
    return turns;
  }

  public int maxBatch() {
    return settings.maxBatch();
  }

  /** Images that wait for a batch. */
  public int waiting() {
    synchronized (lock) {
      return images.images();
    }
  }

  /** Images for which the caller holds permits. */
  public void offer(List<? extends QueuedImage> decoded) {
    int starting;
    synchronized (lock) {
      decoded.forEach(images::add);
      linger.someWait();
      starting = startable();
    }
    start(starting);
  }

  private void start(int starting) {
    for (int i = 0; i < starting; i++) {
      executors.execute(this::drain);
    }
  }

  private void lingered(long since) {
    int starting;
    synchronized (lock) {
      linger.end(since);
      starting = startable();
    }
    start(starting);
  }

  /** Takes out what nobody waits for any more, so that it holds no permits until its turn. */
  public void purge() {
    List<QueuedImage> abandoned;
    synchronized (lock) {
      abandoned = images.remove(QueuedImage::isAbandoned);
      noteIfEmpty();
    }
    abandoned.forEach(QueuedImage::givenUp);
  }

  private void noteIfEmpty() {
    if (images.isEmpty()) {
      linger.noneWait();
    }
  }

  /** How long a caller for whom there is no room should wait: what is admitted takes so long. */
  public Duration retryAfter() {
    double nanos = pace.latest() * (permits.capacity() - permits.free()) / settings.executors();
    return ExpectedWait.retryAfter(Duration.ofNanos((long) nanos));
  }

  /** Nanoseconds that an executor needs for what goes before a call of now; 0 if not known. */
  double workAhead(Priority priority) {
    return pace.settled() * turns.ahead(priority);
  }

  /** Nanoseconds that an executor needs for everything that is admitted; 0 if not known. */
  double work() {
    return pace.settled() * turns.images();
  }

  /** Nanoseconds of a full batch; 0 if not known. */
  double fullBatch() {
    return pace.settled() * settings.maxBatch();
  }

  private int startable() {
    int starting = Math.max(0, Math.min(batches() - idle, settings.executors() - drains));
    drains += starting;
    idle += starting;
    return starting;
  }

  /** Batches to make of what waits. */
  private int batches() {
    return linger.isOver()
        ? Math.ceilDiv(images.images(), SMALLEST_SHARE)
        : images.images() / settings.maxBatch();
  }

  private void drain() {
    List<QueuedImage> abandoned = new ArrayList<>();
    List<QueuedImage> batch = take(abandoned);
    abandoned.forEach(QueuedImage::givenUp);
    try {
      if (!batch.isEmpty()) {
        compute(batch);
      }
    } finally {
      next();
    }
  }

  private void next() {
    boolean more;
    synchronized (lock) {
      more = batches() > 0;
      drains -= more ? 0 : 1;
      idle += more ? 1 : 0;
    }
    if (more) {
      // to the end of the line: other models take turns with this one
      executors.execute(this::drain);
    }
  }

  private List<QueuedImage> take(List<QueuedImage> abandoned) {
    synchronized (lock) {
      int share =
          linger.isOver()
              ? Math.max(SMALLEST_SHARE, Math.ceilDiv(images.images(), idle))
              : settings.maxBatch();
      idle--;
      List<QueuedImage> batch =
          images.take(Math.min(share, settings.maxBatch()), QueuedImage::isAbandoned, abandoned);
      noteIfEmpty();
      return batch;
    }
  }

  private void compute(List<QueuedImage> batch) {
    Set<String> outputs = new HashSet<>();
    batch.forEach(image -> outputs.addAll(image.outputs()));
    long started = time.nanoTime();
    Run run;
    try {
      run = run(batch, outputs);
    } catch (OrtException | RuntimeException | OutOfMemoryError e) {
      monitor.computed(model.name(), batch.size(), time.nanoTime() - started);
      batch.forEach(image -> image.failed(e));
      return;
    }
    BatchTimes times = new BatchTimes(started, time.nanoTime());
    long nanos = times.ended() - started;
    monitor.computed(model.name(), batch.size(), nanos);
    pace.add(batch.size(), nanos);
    for (int i = 0; i < batch.size(); i++) {
      QueuedImage image = batch.get(i);
      int row = i;
      image.embedded(
          image.outputs().stream().map(output -> run.vectors().get(output)[row]).toList(), times);
    }
    monitor.executed(
        model.name(),
        model.version(),
        batch.size(),
        run.filled() - started,
        times.ended() - run.filled(),
        time.nanoTime() - times.ended());
  }

  /**
   * @param filled when the input stood ready, {@link System#nanoTime}
   */
  private record Run(long filled, Map<String, float[][]> vectors) {}

  private Run run(List<QueuedImage> batch, Set<String> outputs) throws OrtException {
    ByteBuffer pixels = buffer();
    try {
      pixels.clear();
      batch.forEach(image -> pixels.put(image.pixels()));
      long filled = time.nanoTime();
      return new Run(filled, model.run(pixels.flip(), batch.size(), outputs));
    } finally {
      // a full pool cannot be: there are as many places as executors
      buffers.add(pixels);
    }
  }

  private ByteBuffer buffer() {
    ByteBuffer pooled = buffers.poll();
    return pooled == null
        ? ByteBuffer.allocateDirect(settings.maxBatch() * model.signature().imageBytes())
        : pooled;
  }
}
