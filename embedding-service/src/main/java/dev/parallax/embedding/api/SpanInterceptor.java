package dev.parallax.embedding.api;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.v1.Timings;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.enterprise.inject.spi.Prioritized;
import java.time.Duration;
import java.time.Instant;

/**
 * Adds to the span of a call, for each answer, how its time went: {@code decode}, {@code queue} and
 * {@code compute}, with the model, the version and the images. Costs nothing for calls that are not
 * traced.
 */
public final class SpanInterceptor implements ServerInterceptor, Prioritized {
  private final Tracer tracer;

  public SpanInterceptor(Tracer tracer) {
    this.tracer = requireNonNull(tracer, "tracer is null");
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
            MessageFacts facts = MessageFacts.of(message);
            facts.timings().ifPresent(timings -> tell(context, facts, timings));
            super.sendMessage(message);
          }
        },
        headers);
  }

  private void tell(Context parent, MessageFacts facts, Timings timings) {
    Instant computed = Instant.now();
    Instant started = computed.minus(millis(timings.getComputeMs()));
    Instant decoded = started.minus(millis(timings.getQueueMs()));
    Instant admitted = decoded.minus(millis(timings.getDecodeMs()));
    span("decode", parent, facts, admitted, decoded);
    span("queue", parent, facts, decoded, started);
    span("compute", parent, facts, started, computed);
  }

  private static Duration millis(double value) {
    return Duration.ofNanos(Math.round(value * 1e6));
  }

  private void span(String name, Context parent, MessageFacts facts, Instant from, Instant to) {
    tracer
        .spanBuilder(name)
        .setParent(parent)
        .setStartTimestamp(from)
        .setAttribute("parallax.model", facts.model())
        .setAttribute("parallax.version", facts.version())
        .setAttribute("parallax.images", facts.images())
        .startSpan()
        .end(to);
  }
}
