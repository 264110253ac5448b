package dev.parallax.embedding.api;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.v1.Timings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/**
 * Spans under that of a call: {@code decode}, {@code queue} and {@code compute}, with the model,
 * the version and the images.
 */
public final class CallSpans {
  private final Tracer tracer;

  public CallSpans(Tracer tracer) {
    this.tracer = requireNonNull(tracer, "tracer is null");
  }

  /**
   * Tells how the time of an answer went that is made now. Costs nothing for calls that are not
   * traced.
   *
   * @param call what carries the call's span
   */
  public void tell(Context call, MessageFacts facts) {
    if (Span.fromContext(call).isRecording()) {
      facts.timings().ifPresent(timings -> tell(call, facts, timings));
    }
  }

  private void tell(Context call, MessageFacts facts, Timings timings) {
    Instant computed = Instant.now();
    Instant started = computed.minus(millis(timings.getComputeMs()));
    Instant decoded = started.minus(millis(timings.getQueueMs()));
    Instant admitted = decoded.minus(millis(timings.getDecodeMs()));
    span("decode", call, facts, admitted, decoded);
    span("queue", call, facts, decoded, started);
    span("compute", call, facts, started, computed);
  }

  private static Duration millis(double value) {
    return Duration.ofNanos(Math.round(value * 1e6));
  }

  private void span(String name, Context call, MessageFacts facts, Instant from, Instant to) {
    tracer
        .spanBuilder(name)
        .setParent(call)
        .setStartTimestamp(from)
        .setAttribute("parallax.model", facts.model())
        .setAttribute("parallax.version", facts.version())
        .setAttribute("parallax.images", facts.images())
        .startSpan()
        .end(to);
  }
}
