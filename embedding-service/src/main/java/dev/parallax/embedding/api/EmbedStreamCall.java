package dev.parallax.embedding.api;

import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.Gate.Pass;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.RequestError;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One open stream. The next message is asked for only while few images are in flight and the client
 * takes its answers, so that neither a fast sender nor a slow reader makes the service hold more
 * than {@link StreamLimits}.
 */
final class EmbedStreamCall implements StreamObserver<EmbedStreamRequest> {
  private final ServerCallStreamObserver<EmbedStreamResponse> out;
  private final Embedder embedder;
  private final Gate gate;
  private final StreamLimits limits;
  private final CallLife life;
  private final OpenStreams streams;
  private final ReentrantLock lock = new ReentrantLock();
  private Pass place = () -> {};
  private int requests;
  private int images;
  private long bytes;
  private boolean asked;
  private boolean halfClosed;
  private boolean stopping;
  private boolean ended;

  EmbedStreamCall(
      ServerCallStreamObserver<EmbedStreamResponse> out,
      Embedder embedder,
      Gate gate,
      StreamLimits limits,
      CallLife life,
      OpenStreams streams) {
    this.out = out;
    this.embedder = embedder;
    this.gate = gate;
    this.limits = limits;
    this.life = life;
    this.streams = streams;
  }

  /**
   * To be called while the call is being started.
   *
   * @throws RequestException RESOURCE_EXHAUSTED when too many streams are open
   */
  void open() {
    out.disableAutoRequest();
    out.setOnReadyHandler(this::askForMore);
    out.setOnCancelHandler(this::cancelled);
    place = gate.openStream();
    streams.add(this);
    askForMore();
  }

  /** Reads no more, answers what was read, ends with UNAVAILABLE. */
  void stop() {
    locked(
        () -> {
          stopping = true;
          endIfDone();
        });
  }

  @Override
  public void onNext(EmbedStreamRequest message) {
    EmbedRequest request = message.getRequest();
    int size = message.getSerializedSize();
    locked(
        () -> {
          asked = false;
          requests++;
          images += request.getImagesCount();
          bytes += size;
        });
    var _ =
        embed(request, size)
            .whenComplete(
                (answer, failure) -> {
                  EmbedStreamResponse response = response(message.getId(), answer, failure);
                  locked(
                      () -> {
                        requests--;
                        images -= request.getImagesCount();
                        bytes -= size;
                        if (!ended) {
                          out.onNext(response);
                        }
                        endIfDone();
                      });
                  askForMore();
                });
    askForMore();
  }

  private CompletableFuture<EmbedAnswer> embed(EmbedRequest request, int size) {
    try {
      EmbedCall call = Requests.call(request);
      Pass pass = gate.enterFromStream(size);
      return embedder
          .embed(call, life, WhenFull.WAIT)
          .whenComplete((answer, failure) -> pass.close());
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static EmbedStreamResponse response(long id, EmbedAnswer answer, Throwable failure) {
    EmbedStreamResponse.Builder response = EmbedStreamResponse.newBuilder().setId(id);
    if (failure == null) {
      return response.setResponse(Answers.response(answer)).build();
    }
    StatusRuntimeException status = Statuses.of(failure);
    return response
        .setError(
            RequestError.newBuilder()
                .setCode(status.getStatus().getCode().value())
                .setMessage(Statuses.describe(status)))
        .build();
  }

  @Override
  public void onCompleted() {
    locked(
        () -> {
          halfClosed = true;
          endIfDone();
        });
  }

  /** gRPC tells of a client that went away here or through the cancel handler. */
  @Override
  public void onError(Throwable t) {
    cancelled();
  }

  private void cancelled() {
    locked(this::leave);
    life.cancel();
  }

  private void askForMore() {
    locked(
        () -> {
          if (!ended
              && !halfClosed
              && !stopping
              && !asked
              && images < limits.images()
              && bytes < limits.bytes()
              && out.isReady()) {
            asked = true;
            out.request(1);
          }
        });
  }

  private void endIfDone() {
    if (ended || requests > 0 || !(halfClosed || stopping)) {
      return;
    }
    leave();
    if (halfClosed) {
      out.onCompleted();
    } else {
      out.onError(
          Statuses.of(
              RequestException.of(
                  Kind.UNAVAILABLE, "the service is stopping; open another stream")));
    }
  }

  private void leave() {
    if (!ended) {
      ended = true;
      streams.remove(this);
      place.close();
    }
  }

  private void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }
}
