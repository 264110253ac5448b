package dev.parallax.embedding.serving;

import dev.parallax.embedding.batching.BatchQueue;
import dev.parallax.embedding.batching.DecodeLine;
import dev.parallax.embedding.batching.Priority;
import dev.parallax.embedding.batching.QueuedImage;
import dev.parallax.embedding.batching.Timekeeper;
import dev.parallax.embedding.cache.ContentHash;
import dev.parallax.embedding.cache.VectorCache;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.input.InputReader;
import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.ServedModel;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Unreadable;
import dev.parallax.embedding.serving.EmbedAnswer.Times;
import dev.parallax.images.UnreadableImageException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * An admitted call at work. Its images are decoded in chunks, each of which goes to the queue as it
 * is done; no more chunks than there are decoders stand in the decoders' line at a time. The lease
 * and the permits last until every image is accounted for, also when the caller has gone.
 */
final class EmbedWork {
  private final EmbedCall call;
  private final CallLife life;
  private final ModelLease lease;
  private final BatchQueue queue;
  private final IntConsumer releasePermits;
  private final DecodeLine decode;
  private final InputReader reader;
  private final Timekeeper time;
  private final VectorCache cache;
  private final ServingMonitor monitor;
  private final CompletableFuture<EmbedAnswer> answer = new CompletableFuture<>();
  private final Outcome[] outcomes;
  private final AtomicInteger nextImage = new AtomicInteger();
  private final AtomicInteger unsettled;
  private final int chunk;
  private final long admitted;
  private volatile Times times = new Times(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /**
   * @param lease closed when the last image is accounted for
   * @param releasePermits gives so many permits back
   */
  EmbedWork(
      EmbedCall call,
      CallLife life,
      ModelLease lease,
      BatchQueue queue,
      IntConsumer releasePermits,
      DecodeLine decode,
      InputReader reader,
      VectorCache cache,
      Timekeeper time,
      ServingMonitor monitor) {
    this.call = call;
    this.life = life;
    this.lease = lease;
    this.queue = queue;
    this.releasePermits = releasePermits;
    this.decode = decode;
    this.reader = reader;
    this.cache = cache;
    this.time = time;
    this.monitor = monitor;
    this.admitted = time.nanoTime();
    int images = call.images().size();
    this.outcomes = new Outcome[images];
    this.unsettled = new AtomicInteger(images);
    this.chunk = Math.clamp(Math.ceilDiv(images, decode.decoders()), 1, queue.maxBatch());
  }

  CompletableFuture<EmbedAnswer> start() {
    Runnable removeListener = life.onCancel(this::abandoned);
    var _ = answer.whenComplete((done, failure) -> removeListener.run());
    queue.turns().add(life.caller(), call.priority(), outcomes.length);
    for (int i = 0; i < decode.decoders(); i++) {
      decodeNextChunk();
    }
    return answer;
  }

  private void abandoned() {
    life.over().ifPresent(drop -> answer.completeExceptionally(CallLife.error(drop)));
    queue.purge();
  }

  private void decodeNextChunk() {
    int from = nextImage.getAndUpdate(next -> Math.min(next + chunk, outcomes.length));
    int to = Math.min(from + chunk, outcomes.length);
    if (from < to) {
      decode.execute(life.caller(), call.priority(), to - from, () -> decodeChunk(from, to));
    }
  }

  private int decodeChunk(int from, int to) {
    List<QueuedImage> ready = new ArrayList<>();
    int decoded = 0;
    for (int i = from; i < to; i++) {
      decoded += decode(i, ready) ? 1 : 0;
    }
    if (!ready.isEmpty()) {
      queue.offer(ready);
    }
    decodeNextChunk();
    return decoded;
  }

  /** Whether it took a decoder's time. */
  private boolean decode(int index, List<QueuedImage> ready) {
    if (life.isOver()) {
      giveUp();
      return false;
    }
    ImageInput image = call.images().get(index);
    ServedModel model = lease.model();
    long started = time.nanoTime();
    try {
      Optional<ContentHash> hash = cache.hash(image);
      Optional<List<float[]>> known =
          hash.flatMap(content -> cache.find(model, content, call.outputs()));
      if (known.isPresent()) {
        monitor.finished(model.name(), ServingMonitor.Outcome.EMBEDDED);
        times = new Times(since(admitted), Duration.ZERO, Duration.ZERO);
        settle(index, outcome(known.get(), true));
        return false;
      }
      byte[] pixels = reader.read(image, model.preprocessing());
      long decoded = time.nanoTime();
      monitor.decoded(model.name(), decoded - started);
      ready.add(new Decoded(index, pixels, hash, decoded));
    } catch (UnreadableImageException e) {
      monitor.decoded(model.name(), time.nanoTime() - started);
      monitor.finished(model.name(), ServingMonitor.Outcome.UNREADABLE);
      times = new Times(since(admitted), Duration.ZERO, Duration.ZERO);
      settle(index, new Unreadable(e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError e) {
      fail(e);
    }
    return true;
  }

  /**
   * @param vectors as the model gave them
   * @param shared whether somebody else has them, too
   */
  private Outcome outcome(List<float[]> vectors, boolean shared) {
    List<float[]> ours = vectors;
    if (call.l2Normalize()) {
      ours = shared ? vectors.stream().map(float[]::clone).toList() : vectors;
      ours.forEach(Vectors::l2Normalize);
    }
    return new Embedded(ours.stream().map(FloatBuffer::wrap).toList());
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(time.nanoTime() - nanos);
  }

  private void settle(int index, Outcome outcome) {
    outcomes[index] = outcome;
    settled();
  }

  private void giveUp() {
    life.over()
        .ifPresent(
            drop -> {
              monitor.dropped(lease.model().name(), drop);
              answer.completeExceptionally(CallLife.error(drop));
            });
    settled();
  }

  private void fail(Throwable cause) {
    monitor.finished(lease.model().name(), ServingMonitor.Outcome.FAILED);
    answer.completeExceptionally(cause);
    settled();
  }

  /** The counter orders the writes of all outcomes before the read of the last one to settle. */
  private void settled() {
    queue.turns().remove(life.caller(), call.priority(), 1);
    releasePermits.accept(1);
    if (unsettled.decrementAndGet() == 0) {
      String model = lease.model().name();
      long version = lease.model().version();
      lease.close();
      if (!answer.isDone()) {
        report(model, version);
        answer.complete(new EmbedAnswer(model, version, Arrays.asList(outcomes), times));
      }
    }
  }

  private void report(String model, long version) {
    Times last = times;
    long input = last.decode().toNanos();
    long waited = last.queue().toNanos();
    long infer = last.compute().toNanos();
    long output = Math.max(0, time.nanoTime() - admitted - input - waited - infer);
    int embedded = (int) Arrays.stream(outcomes).filter(Embedded.class::isInstance).count();
    monitor.answered(model, version, embedded, input, waited, infer, output);
  }

  /** An image in the queue. */
  private final class Decoded implements QueuedImage {
    private final int index;
    private final byte[] pixels;
    private final Optional<ContentHash> hash;
    private final long decoded;

    /**
     * @param hash under which its vectors are to be kept; empty: they are not
     */
    Decoded(int index, byte[] pixels, Optional<ContentHash> hash, long decoded) {
      this.index = index;
      this.pixels = pixels;
      this.hash = hash;
      this.decoded = decoded;
    }

    @Override
    public Object caller() {
      return life.caller();
    }

    @Override
    public byte[] pixels() {
      return pixels;
    }

    @Override
    public List<String> outputs() {
      return call.outputs();
    }

    @Override
    public Priority priority() {
      return call.priority();
    }

    @Override
    public boolean isAbandoned() {
      return life.isOver();
    }

    @Override
    public void embedded(List<float[]> vectors, BatchTimes batch) {
      monitor.queued(lease.model().name(), batch.started() - decoded);
      monitor.finished(lease.model().name(), ServingMonitor.Outcome.EMBEDDED);
      hash.ifPresent(content -> cache.keep(lease.model(), content, call.outputs(), vectors));
      times =
          new Times(
              Duration.ofNanos(decoded - admitted),
              Duration.ofNanos(batch.started() - decoded),
              Duration.ofNanos(batch.ended() - batch.started()));
      settle(index, outcome(vectors, hash.isPresent()));
    }

    @Override
    public void failed(Throwable cause) {
      fail(cause);
    }

    @Override
    public void givenUp() {
      giveUp();
    }
  }
}
