package dev.parallax.embedding.api;

import static java.util.Objects.requireNonNull;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import jakarta.enterprise.inject.spi.Prioritized;

/** Adds to the span of a call by gRPC, for each answer, how its time went. */
public final class SpanInterceptor implements ServerInterceptor, Prioritized {
  private final CallSpans spans;

  public SpanInterceptor(CallSpans spans) {
    this.spans = requireNonNull(spans, "spans is null");
  }

  /** Inside of what opens the span of the call. */
  @Override
  public int getPriority() {
    return Doors.SPANS;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current();
    if (!Span.fromContext(context).isRecording()) {
      return next.startCall(call, headers);
    }
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(A message) {
            spans.tell(context, MessageFacts.of(message));
            super.sendMessage(message);
          }
        },
        headers);
  }
}
