package dev.parallax.embedding.serving;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.embedding.monitor.ServingMonitor.Refusal;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Bounds what is in flight whatever it waits for, and closes when the service stops. Thread-safe.
 */
public final class Gate {
  private static final Duration RETRY = Duration.ofMillis(100);

  private final GateLimits limits;
  private final ServingMonitor monitor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int calls;
  private long bytes;
  private int streams;
  private boolean stopping;

  public Gate(GateLimits limits, ServingMonitor monitor) {
    this.limits = requireNonNull(limits, "limits is null");
    this.monitor = requireNonNull(monitor, "monitor is null");
  }

  /** Something that is in flight until it is closed. */
  public interface Pass extends AutoCloseable {
    /** To be called once. */
    @Override
    void close();
  }

  /**
   * Lets a call in.
   *
   * @param size of its message, bytes
   * @throws RequestException RESOURCE_EXHAUSTED, or UNAVAILABLE when the service stops
   */
  public Pass enter(long size) {
    lock.lock();
    try {
      checkOpen();
      if (calls >= limits.calls() || (calls > 0 && bytes + size > limits.bytes())) {
        monitor.refused(Refusal.TOO_MUCH_IN_FLIGHT);
        throw RequestException.retryable(
            Kind.RESOURCE_EXHAUSTED,
            "%d calls of together %d bytes are in flight; allowed: %d calls and %d bytes; try again later"
                .formatted(calls, bytes, limits.calls(), limits.bytes()),
            RETRY);
      }
      calls++;
      bytes += size;
    } finally {
      lock.unlock();
    }
    return () -> leave(size);
  }

  /**
   * Lets a call in until its answer is there.
   *
   * @param size of its message, bytes
   * @param work may throw a {@link RequestException}, which becomes the answer's failure
   * @return fails with {@link RequestException} as {@link #enter} and {@code work} do
   */
  public <T> CompletableFuture<T> admit(long size, Supplier<CompletableFuture<T>> work) {
    try {
      return during(enter(size), work);
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Works while {@code pass} is held, and closes it. */
  public static <T> CompletableFuture<T> during(Pass pass, Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> answer;
    try {
      answer = work.get();
    } catch (RequestException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.whenComplete((done, failure) -> pass.close());
  }

  /**
   * Lets a message of an open stream in, which has its own limits.
   *
   * @throws RequestException UNAVAILABLE when the service stops
   */
  public Pass enterFromStream(long size) {
    lock.lock();
    try {
      checkOpen();
      calls++;
      bytes += size;
    } finally {
      lock.unlock();
    }
    return () -> leave(size);
  }

  private void leave(long size) {
    lock.lock();
    try {
      calls--;
      bytes -= size;
      if (calls == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets a stream open.
   *
   * @throws RequestException RESOURCE_EXHAUSTED, or UNAVAILABLE when the service stops
   */
  public Pass openStream() {
    lock.lock();
    try {
      checkOpen();
      if (streams >= limits.streams()) {
        monitor.refused(Refusal.TOO_MANY_STREAMS);
        throw RequestException.retryable(
            Kind.RESOURCE_EXHAUSTED,
            "%d streams are open; allowed: at most %d; try again later"
                .formatted(streams, limits.streams()),
            RETRY);
      }
      streams++;
    } finally {
      lock.unlock();
    }
    return this::closeStream;
  }

  private void closeStream() {
    lock.lock();
    try {
      streams--;
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (stopping) {
      monitor.refused(Refusal.STOPPING);
      throw RequestException.of(Kind.UNAVAILABLE, "the service is stopping; call another instance");
    }
  }

  public boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  public int calls() {
    lock.lock();
    try {
      return calls;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing in from now on. */
  public void stop() {
    lock.lock();
    try {
      stopping = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until nothing is in flight.
   *
   * @return false when {@code timeout} passed first
   */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (calls > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return calls == 0;
    } finally {
      lock.unlock();
    }
  }
}
