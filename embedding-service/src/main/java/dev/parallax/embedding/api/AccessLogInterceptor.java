package dev.parallax.embedding.api;

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
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Writes one line for each call that ends, to the category {@value #CATEGORY}: who, what, how much,
 * how it ended, how long it took. Never an image, a vector or a token. In a JSON log the values are
 * fields under {@code mdc}.
 */
public final class AccessLogInterceptor implements ServerInterceptor, Prioritized {
  static final String CATEGORY = "parallax.access";
  private static final Logger LOG = Logger.getLogger(CATEGORY);

  private final boolean enabled;

  public AccessLogInterceptor(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public int getPriority() {
    return Doors.ACCESS_LOG;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!enabled) {
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

  private static void write(CallRecord.Entry entry) {
    Map<String, Object> fields =
        Map.of(
            "client", entry.client(),
            "method", entry.method(),
            "model", entry.model(),
            "images", entry.images(),
            "bytes", entry.bytes(),
            "status", entry.status(),
            "ms", entry.millis());
    fields.forEach(MDC::put);
    try {
      LOG.info(entry.line());
    } finally {
      fields.keySet().forEach(MDC::remove);
    }
  }

  private static final class RecordingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final CallRecord record;
    private final AtomicBoolean written = new AtomicBoolean();

    RecordingCall(ServerCall<Q, A> call, CallRecord record) {
      super(call);
      this.record = record;
    }

    @Override
    public void sendMessage(A message) {
      record.sent(message);
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      ended(status.getCode());
    }

    void ended(Status.Code code) {
      if (written.compareAndSet(false, true)) {
        write(record.entry(code.name()));
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
