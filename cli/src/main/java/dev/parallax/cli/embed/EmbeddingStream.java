package dev.parallax.cli.embed;

import dev.parallax.cli.CliException;
import dev.parallax.cli.client.Peer;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An open EmbedStream. What is on its way is bounded by the one who sends. */
final class EmbeddingStream implements AutoCloseable {
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

  private sealed interface Arrival {
    record Message(EmbedStreamResponse response) implements Arrival {}

    record Failure(StatusRuntimeException status) implements Arrival {}
  }

  private final Peer peer;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final StreamObserver<EmbedStreamRequest> requests;

  EmbeddingStream(Peer peer) {
    this.peer = peer;
    this.requests =
        EmbeddingServiceGrpc.newStub(peer.channel())
            .embedStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EmbedStreamResponse response) {
                    arrivals.add(new Arrival.Message(response));
                  }

                  @Override
                  public void onError(Throwable t) {
                    Status status = Status.fromThrowable(t);
                    arrivals.add(
                        new Arrival.Failure(
                            new StatusRuntimeException(status, Status.trailersFromThrowable(t))));
                  }

                  @Override
                  public void onCompleted() {
                    onError(
                        Status.UNAVAILABLE
                            .withDescription("the stream ended early")
                            .asRuntimeException());
                  }
                });
  }

  void send(long id, EmbedRequest request) {
    requests.onNext(EmbedStreamRequest.newBuilder().setId(id).setRequest(request).build());
  }

  /** Waits for the next answer. */
  EmbedStreamResponse take() {
    try {
      Arrival arrival = arrivals.poll(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return switch (arrival) {
        case null ->
            throw CliException.unreachable(
                "the embedding service at "
                    + peer.target()
                    + " gave no answer for "
                    + ANSWER_TIMEOUT.toSeconds()
                    + " s",
                null);
        case Arrival.Message(EmbedStreamResponse response) -> response;
        case Arrival.Failure(StatusRuntimeException status) -> throw peer.explained(status);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure("interrupted", e);
    }
  }

  void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure("interrupted", e);
    }
  }

  @Override
  public void close() {
    requests.onCompleted();
  }
}
