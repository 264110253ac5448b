package dev.parallax.embedding.client;

import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceStub;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One EmbedStream call, driven by one thread. Each request is answered by one event, so whoever
 * bounds the requests in flight bounds the events too.
 */
final class EmbedStream implements AutoCloseable {
  private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();
  private final Listener listener = new Listener();

  EmbedStream(EmbeddingServiceStub stub) {
    stub.embedStream(listener);
  }

  void send(long id, EmbedRequest request) {
    listener.call.onNext(EmbedStreamRequest.newBuilder().setId(id).setRequest(request).build());
  }

  /** The next event; empty when there was none in time. */
  Optional<StreamEvent> next(Duration timeout) throws InterruptedException {
    return Optional.ofNullable(events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** No more requests. */
  void finish() {
    listener.call.onCompleted();
  }

  /** Drops the call and what is in flight; does no harm after its end. */
  @Override
  public void close() {
    listener.call.cancel("no longer needed", null);
  }

  private final class Listener
      implements ClientResponseObserver<EmbedStreamRequest, EmbedStreamResponse> {
    private ClientCallStreamObserver<EmbedStreamRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<EmbedStreamRequest> requestStream) {
      call = requestStream;
    }

    @Override
    public void onNext(EmbedStreamResponse response) {
      events.add(
          switch (response.getOutcomeCase()) {
            case RESPONSE -> new StreamEvent.Answered(response.getId(), response.getResponse());
            case ERROR ->
                new StreamEvent.Refused(
                    response.getId(),
                    EmbeddingException.of(
                        Status.fromCodeValue(response.getError().getCode())
                            .withDescription(response.getError().getMessage())));
            case OUTCOME_NOT_SET ->
                new StreamEvent.Refused(
                    response.getId(), EmbeddingException.internal("an answer was empty"));
          });
    }

    @Override
    public void onError(Throwable t) {
      events.add(new StreamEvent.Ended(EmbeddingException.of(t)));
    }

    @Override
    public void onCompleted() {
      events.add(
          new StreamEvent.Ended(
              EmbeddingException.of(
                  Status.UNAVAILABLE.withDescription("the service ended the stream"))));
    }
  }
}
