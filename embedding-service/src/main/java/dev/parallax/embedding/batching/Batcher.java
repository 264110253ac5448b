package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.ServedModel;
import dev.parallax.embedding.monitor.ServingMonitor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The queue of every open model version, over one set of executors. */
public final class Batcher {
  private final BatchSettings settings;
  private final Executor executors;
  private final Timekeeper time;
  private final ServingMonitor monitor;
  private final Map<ServedModel, BatchQueue> queues = new ConcurrentHashMap<>();

  /**
   * @param executors runs as many tasks at a time as {@link BatchSettings#executors()}
   */
  public Batcher(
      BatchSettings settings, Executor executors, Timekeeper time, ServingMonitor monitor) {
    this.settings = requireNonNull(settings, "settings is null");
    this.executors = requireNonNull(executors, "executors is null");
    this.time = requireNonNull(time, "time is null");
    this.monitor = requireNonNull(monitor, "monitor is null");
  }

  /** The queue of a leased version; it goes when the version closes. */
  public BatchQueue queueOf(ModelLease lease) {
    BatchQueue known = queues.get(lease.model());
    return known != null ? known : queues.computeIfAbsent(lease.model(), this::open);
  }

  private BatchQueue open(ServedModel model) {
    model.onClose(() -> queues.remove(model));
    return new BatchQueue(model, settings, executors, time, monitor);
  }

  public BatchSettings settings() {
    return settings;
  }

  public Timekeeper time() {
    return time;
  }

  /** What a call that came now would wait for the executors. */
  public ExpectedWait expectedWait(BatchQueue queue, Priority priority) {
    double ahead = queue.workAhead(priority);
    // models take turns: while this one works on what is ahead, another gets as much done
    double others =
        queues.values().stream()
            .filter(other -> other != queue)
            .mapToDouble(other -> Math.min(ahead, other.work()))
            .sum();
    return settings.queueTime().expect(ahead + others, settings.executors(), queue.fullBatch());
  }

  /** Images that wait for a batch, over all models. */
  public int waiting() {
    return queues.values().stream().mapToInt(BatchQueue::waiting).sum();
  }

  /** Images between admission and answer, over all models. */
  public int admitted() {
    return queues.values().stream()
        .mapToInt(queue -> queue.permits().capacity() - queue.permits().free())
        .sum();
  }
}
