package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import dev.parallax.embedding.batching.QueuedImage.BatchTimes;
import dev.parallax.embedding.model.ServedModel;
import dev.parallax.embedding.monitor.ServingMonitor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;

/**
 * Decoded images of one model version, drained greedily: an idle executor takes what is there, up
 * to a full batch, and never waits for more. When several executors are idle they share what is
 * there. Thread-safe.
 */
public final class BatchQueue {
  // below this a smaller batch costs more per image than a second core gains
  private static final int SMALLEST_SHARE = 4;
  private static final Duration MIN_RETRY = Duration.ofMillis(10);
  private static final Duration MAX_RETRY = Duration.ofSeconds(5);

  private final ServedModel model;
  private final BatchSettings settings;
  private final Executor executors;
  private final ServingMonitor monitor;
  private final ImagePermits permits;
  private final ArrayBlockingQueue<ByteBuffer> buffers;
  private final Deque<QueuedImage> images = new ArrayDeque<>();
  // drains that were started, and those of them that have not taken their images yet
  private int drains;
  private int idle;
  private volatile double nanosPerImage;

  BatchQueue(
      ServedModel model, BatchSettings settings, Executor executors, ServingMonitor monitor) {
    this.model = requireNonNull(model, "model is null");
    this.settings = requireNonNull(settings, "settings is null");
    this.executors = requireNonNull(executors, "executors is null");
    this.monitor = requireNonNull(monitor, "monitor is null");
    this.permits = new ImagePermits(settings.queueImages());
    this.buffers = new ArrayBlockingQueue<>(settings.executors());
  }

  public ImagePermits permits() {
    return permits;
  }

  public int maxBatch() {
    return settings.maxBatch();
  }

  /** Images that wait for a batch. */
  public int waiting() {
    synchronized (images) {
      return images.size();
    }
  }

  /** Images for which the caller holds permits. */
  public void offer(List<? extends QueuedImage> decoded) {
    int starting;
    synchronized (images) {
      images.addAll(decoded);
      starting = startable();
    }
    for (int i = 0; i < starting; i++) {
      executors.execute(this::drain);
    }
  }

  /** Takes out what nobody waits for any more, so that it holds no permits until its turn. */
  public void purge() {
    List<QueuedImage> abandoned = new ArrayList<>();
    synchronized (images) {
      for (Iterator<QueuedImage> all = images.iterator(); all.hasNext(); ) {
        QueuedImage image = all.next();
        if (image.isAbandoned()) {
          all.remove();
          abandoned.add(image);
        }
      }
    }
    abandoned.forEach(QueuedImage::givenUp);
  }

  /** How long a refused caller should wait: the time that what is admitted takes. */
  public Duration retryAfter() {
    double nanos = nanosPerImage * (permits.capacity() - permits.free()) / settings.executors();
    Duration estimate = Duration.ofNanos((long) nanos);
    return estimate.compareTo(MIN_RETRY) < 0
        ? MIN_RETRY
        : estimate.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : estimate;
  }

  private int startable() {
    int useful = Math.ceilDiv(images.size(), SMALLEST_SHARE) - idle;
    int starting = Math.max(0, Math.min(useful, settings.executors() - drains));
    drains += starting;
    idle += starting;
    return starting;
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
    synchronized (images) {
      more = !images.isEmpty();
      drains -= more ? 0 : 1;
      idle += more ? 1 : 0;
    }
    if (more) {
      // to the end of the line: other models take turns with this one
      executors.execute(this::drain);
    }
  }

  private List<QueuedImage> take(List<QueuedImage> abandoned) {
    List<QueuedImage> batch = new ArrayList<>();
    synchronized (images) {
      int share = Math.max(SMALLEST_SHARE, Math.ceilDiv(images.size(), idle));
      int size = Math.min(share, settings.maxBatch());
      idle--;
      while (batch.size() < size && !images.isEmpty()) {
        QueuedImage image = images.removeFirst();
        (image.isAbandoned() ? abandoned : batch).add(image);
      }
    }
    return batch;
  }

  private void compute(List<QueuedImage> batch) {
    Set<String> outputs = new HashSet<>();
    batch.forEach(image -> outputs.addAll(image.outputs()));
    long started = System.nanoTime();
    Run run;
    try {
      run = run(batch, outputs);
    } catch (OrtException | RuntimeException | OutOfMemoryError e) {
      monitor.computed(model.name(), batch.size(), System.nanoTime() - started);
      batch.forEach(image -> image.failed(e));
      return;
    }
    BatchTimes times = new BatchTimes(started, System.nanoTime());
    long nanos = times.ended() - started;
    monitor.computed(model.name(), batch.size(), nanos);
    double each = (double) nanos / batch.size();
    nanosPerImage = nanosPerImage == 0 ? each : 0.9 * nanosPerImage + 0.1 * each;
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
        System.nanoTime() - times.ended());
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
      long filled = System.nanoTime();
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
