package dev.parallax.embedding.serving;

import dev.parallax.embedding.monitor.ServingMonitor.Drop;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Whether a caller still waits: until it cancels or its deadline passes. Thread-safe. */
public final class CallLife {
  private final OptionalLong deadline;
  private final Object caller;
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean cancelled;

  /**
   * @param deadline {@link System#nanoTime} after which no answer is wanted; empty: none
   */
  public CallLife(OptionalLong deadline) {
    this(deadline, new Object());
  }

  private CallLife(OptionalLong deadline, Object caller) {
    this.deadline = deadline;
    this.caller = caller;
  }

  public static CallLife unbounded() {
    return new CallLife(OptionalLong.empty());
  }

  /**
   * Another life with the deadline of this one or {@code limit} from now, whichever is sooner. It
   * does not hear of the end of this one by itself.
   */
  public CallLife limitedTo(Duration limit) {
    long now = System.nanoTime();
    long left = deadline.isPresent() ? deadline.getAsLong() - now : Long.MAX_VALUE;
    return new CallLife(OptionalLong.of(now + Math.min(left, limit.toNanos())), caller);
  }

  /** Who waits; all calls of a stream have the same. */
  Object caller() {
    return caller;
  }

  /** Time until the deadline, negative after it; empty: there is none. */
  Optional<Duration> left() {
    return deadline.isPresent()
        ? Optional.of(Duration.ofNanos(deadline.getAsLong() - System.nanoTime()))
        : Optional.empty();
  }

  /** The caller is gone, or what carries the call says that its deadline has passed. */
  public void cancel() {
    cancelled = true;
    listeners.forEach(Runnable::run);
  }

  public boolean isOver() {
    return cancelled || deadlinePassed();
  }

  private boolean deadlinePassed() {
    return deadline.isPresent() && System.nanoTime() - deadline.getAsLong() >= 0;
  }

  /** Why nobody waits any more. */
  public Optional<Drop> over() {
    if (deadlinePassed()) {
      return Optional.of(Drop.DEADLINE);
    }
    return cancelled ? Optional.of(Drop.CANCELLED) : Optional.empty();
  }

  /** The end as an error. */
  static RequestException error(Drop drop) {
    return switch (drop) {
      case CANCELLED -> RequestException.of(Kind.CANCELLED, "the call was cancelled");
      case DEADLINE ->
          RequestException.of(
              Kind.DEADLINE_EXCEEDED, "the deadline passed before the images were computed");
    };
  }

  /**
   * Runs {@code listener} at {@link #cancel}, at once if that has been.
   *
   * @return takes the listener back
   */
  public Runnable onCancel(Runnable listener) {
    listeners.add(listener);
    if (cancelled) {
      listener.run();
    }
    return () -> listeners.remove(listener);
  }
}
