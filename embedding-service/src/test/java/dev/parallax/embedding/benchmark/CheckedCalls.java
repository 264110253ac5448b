package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.inference.ModelStreamInferResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Calls as they should be, whose answers are compared with ONNX Runtime's, number by number. */
final class CheckedCalls {
  private static final Set<Code> REFUSED = Set.of(Code.RESOURCE_EXHAUSTED);
  private static final int PATIENCE_SECONDS = 60;
  private static final int FIRST = 1 << 16;
  private static final int MESSAGES = 40;
  private static final int MOST_IN_A_MESSAGE = 8;

  private final KnownImages images;
  private final Outcomes outcomes;

  CheckedCalls(KnownImages images, Outcomes outcomes) {
    this.images = images;
    this.outcomes = outcomes;
  }

  static int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }

  void embed(String kind, Channel channel, int count) {
    int first = random(FIRST);
    try {
      EmbedResponse answer =
          EmbeddingServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .embed(images.embed(first, count));
      outcomes.answered(kind, images.problem(answer, first, count));
    } catch (StatusRuntimeException e) {
      outcomes.failed(kind, e.getStatus(), REFUSED);
    }
  }

  void inferPixels(String kind, Channel channel, int count) {
    int first = random(FIRST);
    infer(kind, channel, images.inferPixels(first, count), first, count);
  }

  void inferFiles(String kind, Channel channel, int count) {
    int first = random(FIRST);
    infer(kind, channel, images.inferFiles(first, count), first, count);
  }

  private void infer(
      String kind, Channel channel, ModelInferRequest request, int first, int count) {
    try {
      ModelInferResponse answer =
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .modelInfer(request);
      outcomes.answered(kind, images.problem(answer, first, count));
    } catch (StatusRuntimeException e) {
      outcomes.failed(kind, e.getStatus(), REFUSED);
    }
  }

  /** A message of a stream, by its images. */
  private record Part(int first, int count) {
    static Part any() {
      return new Part(random(FIRST), 1 + random(MOST_IN_A_MESSAGE));
    }
  }

  void embedStream(String kind, Channel channel) throws InterruptedException {
    ConcurrentMap<Long, Part> unanswered = new ConcurrentHashMap<>();
    List<EmbedStreamRequest> messages = new ArrayList<>();
    for (long id = 0; id < MESSAGES; id++) {
      Part part = Part.any();
      unanswered.put(id, part);
      messages.add(
          EmbedStreamRequest.newBuilder()
              .setId(id)
              .setRequest(images.embed(part.first, part.count))
              .build());
    }
    Function<EmbedStreamResponse, Optional<String>> check =
        answer -> {
          Part part = unanswered.remove(answer.getId());
          if (part == null || !answer.hasResponse()) {
            return Optional.of("id %d: %s".formatted(answer.getId(), answer.getError()));
          }
          return images.problem(answer.getResponse(), part.first, part.count);
        };
    stream(
        kind,
        observer ->
            EmbeddingServiceGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .embedStream(observer),
        messages,
        check);
  }

  void inferStream(String kind, Channel channel) throws InterruptedException {
    ConcurrentMap<String, Part> unanswered = new ConcurrentHashMap<>();
    List<ModelInferRequest> messages = new ArrayList<>();
    for (int number = 0; number < MESSAGES; number++) {
      Part part = Part.any();
      unanswered.put("id-" + number, part);
      ModelInferRequest message =
          number % 2 == 0
              ? images.inferPixels(part.first, part.count)
              : images.inferFiles(part.first, part.count);
      messages.add(message.toBuilder().setId("id-" + number).build());
    }
    Function<ModelStreamInferResponse, Optional<String>> check =
        answer -> {
          Part part = unanswered.remove(answer.getInferResponse().getId());
          if (part == null || !answer.getErrorMessage().isEmpty()) {
            return Optional.of(answer.getInferResponse().getId() + answer.getErrorMessage());
          }
          return images.problem(answer.getInferResponse(), part.first, part.count);
        };
    stream(
        kind,
        observer ->
            GRPCInferenceServiceGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .modelStreamInfer(observer),
        messages,
        check);
  }

  private <Q, A> void stream(
      String kind,
      Function<StreamObserver<A>, StreamObserver<Q>> open,
      List<Q> messages,
      Function<A, Optional<String>> check)
      throws InterruptedException {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    StreamObserver<Q> out =
        open.apply(
            new StreamObserver<>() {
              private int answers;

              @Override
              public void onNext(A answer) {
                answers++;
                outcomes.answered(kind, check.apply(answer));
              }

              @Override
              public void onError(Throwable t) {
                end.completeExceptionally(t);
              }

              @Override
              public void onCompleted() {
                end.complete(answers);
              }
            });
    messages.forEach(out::onNext);
    out.onCompleted();
    try {
      int answers = end.get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answers != messages.size()) {
        outcomes.answered(
            kind, Optional.of(answers + " answers to " + messages.size() + " messages"));
      }
    } catch (ExecutionException e) {
      outcomes.failed(kind, Status.fromThrowable(e.getCause()), REFUSED);
    } catch (TimeoutException e) {
      outcomes.broke(kind, e);
    }
  }
}
