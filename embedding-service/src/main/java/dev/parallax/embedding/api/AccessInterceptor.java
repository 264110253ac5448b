package dev.parallax.embedding.api;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.access.Caller;
import dev.parallax.embedding.access.Credentials;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import jakarta.enterprise.inject.spi.Prioritized;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks {@link Access} about every gRPC call, and about its images: a call that has too many is
 * refused, a stream is read more slowly.
 */
public final class AccessInterceptor implements ServerInterceptor, Prioritized {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Access access;
  private final ScheduledExecutorService timer;

  /**
   * @param timer reads on from streams that had to wait
   */
  public AccessInterceptor(Access access, ScheduledExecutorService timer) {
    this.access = requireNonNull(access, "access is null");
    this.timer = requireNonNull(timer, "timer is null");
  }

  @Override
  public int getPriority() {
    return Doors.ACCESS;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Caller caller;
    try {
      caller =
          access.admit(
              new Credentials(
                  Optional.ofNullable(headers.get(AUTHORIZATION)),
                  Doors.certificate(call),
                  Doors.address(call)),
              call.getMethodDescriptor().getFullMethodName());
    } catch (RequestException e) {
      refuse(call, e);
      return new ServerCall.Listener<>() {};
    }
    CallRecord record = CallRecord.CURRENT.get();
    if (record != null) {
      record.client(caller.name());
    }
    if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return new ChargedListener<>(next.startCall(call, headers), call, caller);
    }
    PacedCall<Q, A> paced = new PacedCall<>(call);
    return new PacedListener<>(next.startCall(paced, headers), paced, caller);
  }

  private static void refuse(ServerCall<?, ?> call, RequestException e) {
    StatusRuntimeException refused = Statuses.of(e);
    call.close(
        refused.getStatus(),
        refused.getTrailers() == null ? new Metadata() : refused.getTrailers());
  }

  private final class ChargedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final Caller caller;
    private boolean refused;

    ChargedListener(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call, Caller caller) {
      super(listener);
      this.call = call;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      int images = MessageFacts.of(message).images();
      if (images > 0) {
        try {
          access.charge(caller, images);
        } catch (RequestException e) {
          refused = true;
          refuse(call, e);
          return;
        }
      }
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }

  /** A stream that is read no faster than its caller's rate. */
  private final class PacedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private volatile long resume = System.nanoTime();

    PacedCall(ServerCall<Q, A> call) {
      super(call);
    }

    void pause(Duration time) {
      resume = System.nanoTime() + time.toNanos();
    }

    @Override
    public void request(int messages) {
      long wait = resume - System.nanoTime();
      if (wait <= 0) {
        super.request(messages);
      } else {
        var _ = timer.schedule(() -> super.request(messages), wait, TimeUnit.NANOSECONDS);
      }
    }
  }

  private final class PacedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final PacedCall<Q, ?> call;
    private final Caller caller;

    PacedListener(ServerCall.Listener<Q> listener, PacedCall<Q, ?> call, Caller caller) {
      super(listener);
      this.call = call;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      int images = MessageFacts.of(message).images();
      if (images > 0) {
        call.pause(access.pace(caller, images));
      }
      super.onMessage(message);
    }
  }
}
