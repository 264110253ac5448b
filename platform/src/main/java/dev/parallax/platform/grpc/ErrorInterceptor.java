package dev.parallax.platform.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets no error leave the server but through {@link Statuses}: neither a thrown one nor one given
 * to onError.
 */
public final class ErrorInterceptor implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MappingCall<Q, A> mapping = new MappingCall<>(call);
    try {
      return new MappingListener<>(next.startCall(mapping, headers), mapping);
    } catch (RuntimeException e) {
      mapping.fail(e);
      return new ServerCall.Listener<>() {};
    }
  }

  private static final class MappingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final AtomicBoolean closed = new AtomicBoolean();

    MappingCall(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      if (status.getCode() == Status.Code.UNKNOWN) {
        Throwable cause =
            status.getCause() == null ? status.asRuntimeException() : status.getCause();
        StatusRuntimeException mapped =
            cause instanceof StatusRuntimeException e
                    && e.getStatus().getCode() == Status.Code.UNKNOWN
                ? Statuses.of(new IllegalStateException(status.getDescription(), cause))
                : Statuses.of(cause);
        super.close(mapped.getStatus(), trailersOf(mapped));
      } else {
        super.close(status, trailers);
      }
    }

    void fail(Throwable t) {
      if (closed.compareAndSet(false, true)) {
        StatusRuntimeException mapped = Statuses.of(t);
        super.close(mapped.getStatus(), trailersOf(mapped));
      }
    }

    private static Metadata trailersOf(StatusRuntimeException e) {
      return e.getTrailers() == null ? new Metadata() : e.getTrailers();
    }
  }

  private static final class MappingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final MappingCall<Q, ?> call;

    MappingListener(ServerCall.Listener<Q> listener, MappingCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guarded(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(super::onHalfClose);
    }

    @Override
    public void onCancel() {
      guarded(super::onCancel);
    }

    @Override
    public void onComplete() {
      guarded(super::onComplete);
    }

    @Override
    public void onReady() {
      guarded(super::onReady);
    }

    private void guarded(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        call.fail(e);
      }
    }
  }
}
