package dev.parallax.embedding.serving;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.batching.BatchQueue;
import dev.parallax.embedding.batching.Batcher;
import dev.parallax.embedding.batching.DecodeLine;
import dev.parallax.embedding.batching.ExpectedWait;
import dev.parallax.embedding.batching.ImagePermits;
import dev.parallax.embedding.batching.ImagePermits.Withdrawal;
import dev.parallax.embedding.cache.VectorCache;
import dev.parallax.embedding.input.InputReader;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.ModelSignature;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.embedding.monitor.ServingMonitor.Refusal;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** Takes calls to their vectors; nothing here blocks the thread that calls. Thread-safe. */
public final class Embedder {
  private final ModelCatalog catalog;
  private final Batcher batcher;
  private final InputReader reader;
  private final VectorCache cache;
  private final DecodeLine decode;
  private final ServingMonitor monitor;
  private final int maxImages;

  /** What to do with a call for which the queue has no room. */
  public enum WhenFull {
    /** RESOURCE_EXHAUSTED at once. */
    REFUSE,
    /** Wait for room: for callers that send no more meanwhile. */
    WAIT
  }

  /**
   * @param decode runs {@code decoders} tasks at a time
   * @param maxImages images per call, 1 or more, at most half of the queue
   */
  public Embedder(
      ModelCatalog catalog,
      Batcher batcher,
      InputReader reader,
      VectorCache cache,
      Executor decode,
      int decoders,
      int maxImages,
      ServingMonitor monitor) {
    this.catalog = requireNonNull(catalog, "catalog is null");
    this.batcher = requireNonNull(batcher, "batcher is null");
    this.reader = requireNonNull(reader, "reader is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.decode = new DecodeLine(decode, decoders, batcher.settings(), batcher.time());
    this.monitor = requireNonNull(monitor, "monitor is null");
    this.maxImages = maxImages;
  }

  /**
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION
   *     (the version cannot serve), RESOURCE_EXHAUSTED (no room or too long a wait, with a retry
   *     hint), CANCELLED, DEADLINE_EXCEEDED; with anything else when the model fails
   */
  public CompletableFuture<EmbedAnswer> embed(EmbedCall call, CallLife life, WhenFull whenFull) {
    Optional<RequestException> problem = countProblem(call);
    return problem.isPresent()
        ? CompletableFuture.failedFuture(problem.get())
        : catalog.lease(call.model()).thenCompose(lease -> admit(call, life, lease, whenFull));
  }

  /**
   * As {@link #embed(EmbedCall, CallLife, WhenFull)}, on a version that the caller has leased to
   * know its inputs and outputs first.
   *
   * @param lease of the call's model; closed when the call has its answer, or none
   */
  public CompletableFuture<EmbedAnswer> embed(
      EmbedCall call, ModelLease lease, CallLife life, WhenFull whenFull) {
    Optional<RequestException> problem = countProblem(call);
    if (problem.isPresent()) {
      lease.close();
      return CompletableFuture.failedFuture(problem.get());
    }
    return admit(call, life, lease, whenFull);
  }

  /** Images per call. */
  public int maxImages() {
    return maxImages;
  }

  private Optional<RequestException> countProblem(EmbedCall call) {
    int images = call.images().size();
    return images >= 1 && images <= maxImages
        ? Optional.empty()
        : Optional.of(
            RequestException.invalidBecause(
                "images",
                "images has %d entries; allowed: 1 to %d per request"
                    .formatted(images, maxImages)));
  }

  private CompletableFuture<EmbedAnswer> admit(
      EmbedCall call, CallLife life, ModelLease lease, WhenFull whenFull) {
    long started = System.nanoTime();
    String model = lease.model().name();
    long version = lease.model().version();
    return admitted(call, life, lease, whenFull)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                monitor.notAnswered(model, version, System.nanoTime() - started);
              }
            });
  }

  private CompletableFuture<EmbedAnswer> admitted(
      EmbedCall call, CallLife life, ModelLease lease, WhenFull whenFull) {
    boolean admitted = false;
    try {
      checkOutputs(call, lease);
      BatchQueue queue = batcher.queueOf(lease);
      CompletableFuture<EmbedAnswer> answer =
          switch (whenFull) {
            case REFUSE -> admitNow(call, life, lease, queue);
            case WAIT -> admitInTurn(call, life, lease, queue);
          };
      admitted = true;
      return answer;
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      if (!admitted) {
        lease.close();
      }
    }
  }

  private static void checkOutputs(EmbedCall call, ModelLease lease) {
    ModelSignature signature = lease.model().signature();
    for (String output : call.outputs()) {
      if (!signature.outputs().containsKey(output)) {
        throw RequestException.invalid(
            "options.output",
            output,
            String.join(", ", signature.outputs().keySet().stream().sorted().toList()));
      }
    }
  }

  private CompletableFuture<EmbedAnswer> admitNow(
      EmbedCall call, CallLife life, ModelLease lease, BatchQueue queue) {
    checkWait(call, life, lease, queue);
    ImagePermits permits = queue.permits();
    if (!permits.tryAcquire(call.images().size())) {
      monitor.refused(Refusal.QUEUE_FULL);
      throw RequestException.retryable(
          Kind.RESOURCE_EXHAUSTED,
          "the queue of %s/%d has room for %d of its %d images, the call has %d; try again later or send fewer at a time"
              .formatted(
                  lease.model().name(),
                  lease.model().version(),
                  permits.free(),
                  permits.capacity(),
                  call.images().size()),
          queue.retryAfter());
    }
    return work(call, life, lease, queue, permits::release);
  }

  /** Whatever the number of its images: what they take themselves is the caller's own choice. */
  private void checkWait(EmbedCall call, CallLife life, ModelLease lease, BatchQueue queue) {
    Optional<Duration> left = life.left();
    Stream.of(decode.expectedWait(call.priority()), batcher.expectedWait(queue, call.priority()))
        .filter(wait -> wait.isTooLong(left))
        .max(Comparator.comparing(ExpectedWait::time))
        .ifPresent(
            wait -> {
              monitor.refused(Refusal.QUEUE_TIME);
              throw RequestException.retryable(
                  Kind.RESOURCE_EXHAUSTED,
                  "a call to %s/%d waits about %d ms for its turn; allowed: %s; try again later"
                      .formatted(
                          lease.model().name(),
                          lease.model().version(),
                          wait.time().toMillis(),
                          wait.allowed(left)),
                  wait.retryAfter());
            });
  }

  private CompletableFuture<EmbedAnswer> admitInTurn(
      EmbedCall call, CallLife life, ModelLease lease, BatchQueue queue) {
    ImagePermits permits = queue.permits();
    CompletableFuture<Void> turn = new CompletableFuture<>();
    Withdrawal place = permits.acquire(call.images().size(), () -> turn.complete(null));
    Runnable removeListener =
        life.onCancel(
            () -> {
              if (place.withdraw()) {
                lease.close();
                turn.completeExceptionally(
                    RequestException.of(Kind.CANCELLED, "the call was cancelled"));
              }
            });
    return turn.thenCompose(
        granted -> {
          removeListener.run();
          return work(call, life, lease, queue, permits::releasePatient);
        });
  }

  private CompletableFuture<EmbedAnswer> work(
      EmbedCall call,
      CallLife life,
      ModelLease lease,
      BatchQueue queue,
      IntConsumer releasePermits) {
    return new EmbedWork(
            call,
            life,
            lease,
            queue,
            releasePermits,
            decode,
            reader,
            cache,
            batcher.time(),
            monitor)
        .start();
  }
}
