package dev.parallax.embedding.api;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import jakarta.enterprise.inject.spi.Prioritized;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes each call by gRPC that ends to the {@link AccessLog}. */
public final class AccessLogInterceptor implements ServerInterceptor, Prioritized {
  private final AccessLog log;

  public AccessLogInterceptor(AccessLog log) {
    this.log = requireNonNull(log, "log is null");
  }

  @Override
  public int getPriority() {
    return Doors.ACCESS_LOG;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!log.enabled()) {
      return next.startCall(call, headers);
    }
    CallRecord record =
        new CallRecord(call.getMethodDescriptor().getFullMethodName(), Doors.address(call));
    RecordingCall<Q, A> recording = new RecordingCall<>(call, record);
    return new RecordingListener<>(
        Contexts.interceptCall(
            Context.current().withValue(CallRecord.CURRENT, record), recording, headers, next),
        recording);
  }

  private final class RecordingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final CallRecord record;
    private final AtomicBoolean written = new AtomicBoolean();

    RecordingCall(ServerCall<Q, A> call, CallRecord record) {
      super(call);
      this.record = record;
    }

    @Override
    public void sendMessage(A message) {
      record.sent(MessageFacts.of(message));
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      ended(status.getCode());
    }

    void ended(Status.Code code) {
      if (written.compareAndSet(false, true)) {
        log.write(record, code.name());
      }
    }
  }

  private static final class RecordingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final RecordingCall<Q, ?> call;

    RecordingListener(ServerCall.Listener<Q> listener, RecordingCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      call.record.received(message);
      super.onMessage(message);
    }

    @Override
    public void onCancel() {
      call.ended(Status.Code.CANCELLED);
      super.onCancel();
    }
  }
}
