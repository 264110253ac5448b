package dev.parallax.embedding.benchmark;

import com.google.common.util.concurrent.ListenableFuture;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls whose clients do not wait for the end: they cancel, read nothing, or have no time. */
final class AbandonedCalls {
  private static final Set<Code> LATE = Set.of(Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED);
  private static final Set<Code> GONE = Set.of(Code.CANCELLED);
  private static final int FIRST = 1 << 16;
  private static final int LARGE = 64;
  private static final int MESSAGES = 60;
  private static final int PATIENCE_SECONDS = 60;

  private final KnownImages images;
  private final Outcomes outcomes;

  AbandonedCalls(KnownImages images, Outcomes outcomes) {
    this.images = images;
    this.outcomes = outcomes;
  }

  /** Cancels while the service decodes, queues, computes or sends. */
  void cancelled(String kind, Channel channel) throws InterruptedException {
    int first = CheckedCalls.random(FIRST);
    ListenableFuture<EmbedResponse> answer =
        EmbeddingServiceGrpc.newFutureStub(channel).embed(images.embed(first, LARGE));
    TimeUnit.MICROSECONDS.sleep(CheckedCalls.random(40_000));
    answer.cancel(true);
    try {
      outcomes.answered(kind, images.problem(answer.get(), first, LARGE));
    } catch (CancellationException e) {
      outcomes.ended(kind, Code.CANCELLED.name());
    } catch (ExecutionException e) {
      outcomes.failed(kind, Status.fromThrowable(e.getCause()), LATE);
    }
  }

  /** Leaves a stream of which part is answered. */
  void cancelledStream(String kind, Channel channel) throws InterruptedException {
    leave(kind, channel, true, 60);
  }

  /** Sends and sends, takes no answer, leaves after a while. */
  void readsNothing(String kind, Channel channel) throws InterruptedException {
    leave(kind, channel, false, 4_000);
  }

  private void leave(String kind, Channel channel, boolean reads, int millis)
      throws InterruptedException {
    Leaver leaver = new Leaver(reads);
    var _ = EmbeddingServiceGrpc.newStub(channel).embedStream(leaver);
    for (int id = 0; id < MESSAGES; id++) {
      leaver.call.onNext(
          EmbedStreamRequest.newBuilder().setId(id).setRequest(images.embed(id, 16)).build());
    }
    TimeUnit.MILLISECONDS.sleep(CheckedCalls.random(millis));
    leaver.call.cancel("the client leaves", null);
    try {
      outcomes.failed(kind, leaver.end.get(PATIENCE_SECONDS, TimeUnit.SECONDS), GONE);
    } catch (ExecutionException | TimeoutException e) {
      outcomes.broke(kind, e);
    }
  }

  /** One side of a stream that is left. */
  private static final class Leaver
      implements ClientResponseObserver<EmbedStreamRequest, EmbedStreamResponse> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final boolean reads;
    private ClientCallStreamObserver<EmbedStreamRequest> call;

    Leaver(boolean reads) {
      this.reads = reads;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EmbedStreamRequest> stream) {
      call = stream;
      if (!reads) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(EmbedStreamResponse answer) {}

    @Override
    public void onError(Throwable t) {
      end.complete(Status.fromThrowable(t));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  void shortDeadline(String kind, Channel channel) {
    int first = CheckedCalls.random(FIRST);
    try {
      EmbedResponse answer =
          EmbeddingServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(500 + CheckedCalls.random(20_000), TimeUnit.MICROSECONDS)
              .embed(images.embed(first, LARGE));
      outcomes.answered(kind, images.problem(answer, first, LARGE));
    } catch (StatusRuntimeException e) {
      outcomes.failed(kind, e.getStatus(), LATE);
    }
  }

  /** Of the Open Inference Protocol, which has a timeout in the request. */
  void shortTimeout(String kind, Channel channel) {
    int first = CheckedCalls.random(FIRST);
    ModelInferRequest request =
        images.inferFiles(first, LARGE).toBuilder()
            .putParameters(
                "timeout",
                InferParameter.newBuilder()
                    .setInt64Param(500 + CheckedCalls.random(20_000))
                    .build())
            .build();
    try {
      ModelInferResponse answer =
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .modelInfer(request);
      outcomes.answered(kind, images.problem(answer, first, LARGE));
    } catch (StatusRuntimeException e) {
      outcomes.failed(kind, e.getStatus(), LATE);
    }
  }
}
