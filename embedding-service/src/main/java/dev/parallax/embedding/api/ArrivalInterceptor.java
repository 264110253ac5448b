package dev.parallax.embedding.api;

import static java.util.Objects.requireNonNull;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.enterprise.inject.spi.Prioritized;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends calls whose message does not arrive, so that a writer that is slow, or never finishes, holds
 * nothing for long. Of a stream, the time runs while the service waits for a message.
 */
public final class ArrivalInterceptor implements ServerInterceptor, Prioritized {
  private final Duration message;
  private final Duration stream;
  private final ScheduledExecutorService timer;

  /**
   * @param message from a call's headers to the end of its message, more than 0
   * @param stream without a message that the service waits for, more than 0
   */
  public ArrivalInterceptor(Duration message, Duration stream, ScheduledExecutorService timer) {
    positive("message-timeout", message);
    positive("stream-timeout", stream);
    this.message = message;
    this.stream = stream;
    this.timer = requireNonNull(timer, "timer is null");
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: more than 0");
    }
  }

  @Override
  public int getPriority() {
    return Doors.ARRIVAL;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    boolean single = call.getMethodDescriptor().getType().clientSendsOneMessage();
    TimedCall<Q, A> timed = new TimedCall<>(call, single ? message : stream);
    return new TimedListener<>(next.startCall(timed, headers), timed);
  }

  private final class TimedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final Duration limit;
    private Future<?> end;
    private int wanted;
    private boolean over;
    private boolean late;

    TimedCall(ServerCall<Q, A> call, Duration limit) {
      super(call);
      this.limit = limit;
    }

    @Override
    public void request(int messages) {
      synchronized (this) {
        wanted += messages;
        if (!over && end == null) {
          end = timer.schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
      super.request(messages);
    }

    /** False when the call was ended before. */
    synchronized boolean arrived() {
      if (over) {
        return false;
      }
      wanted--;
      stop();
      if (wanted > 0 && !getMethodDescriptor().getType().clientSendsOneMessage()) {
        end = timer.schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
      }
      return true;
    }

    /** Nothing more is expected; false when the call was ended before. */
    synchronized boolean complete() {
      stop();
      boolean open = !over;
      over = true;
      return open;
    }

    synchronized boolean isLate() {
      return late;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      synchronized (this) {
        if (late) {
          return;
        }
        over = true;
        stop();
      }
      super.close(status, trailers);
    }

    private void stop() {
      if (end != null) {
        end.cancel(false);
        end = null;
      }
    }

    private void late() {
      synchronized (this) {
        if (over || end == null) {
          return;
        }
        over = true;
        late = true;
      }
      StatusRuntimeException status =
          Statuses.of(
              RequestException.of(
                  Kind.DEADLINE_EXCEEDED,
                  "no message arrived within " + limit.toMillis() / 1000.0 + " s"));
      super.close(status.getStatus(), status.getTrailers());
    }
  }

  private static final class TimedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final TimedCall<Q, ?> call;

    TimedListener(ServerCall.Listener<Q> listener, TimedCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (call.arrived()) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (call.complete()) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      call.complete();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      call.complete();
      if (call.isLate()) {
        // what is inside did not end it, and has to give up what it holds
        super.onCancel();
      } else {
        super.onComplete();
      }
    }
  }
}
