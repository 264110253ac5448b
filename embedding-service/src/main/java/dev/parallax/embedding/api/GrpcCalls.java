package dev.parallax.embedding.api;

import dev.parallax.embedding.serving.CallLife;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What all calls that come by gRPC have in common. */
public final class GrpcCalls {
  private GrpcCalls() {}

  /** The life of the call that this thread serves, with its deadline. */
  public static CallLife life() {
    Deadline deadline = Context.current().getDeadline();
    return new CallLife(
        deadline == null
            ? OptionalLong.empty()
            : OptionalLong.of(System.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  /**
   * Serves a unary call, while it is being started.
   *
   * @param work ends when the life does
   */
  public static <A> void serve(
      StreamObserver<A> observer, Function<CallLife, CompletableFuture<A>> work) {
    ServerCallStreamObserver<A> out = (ServerCallStreamObserver<A>) observer;
    CallLife life = life();
    out.setOnCancelHandler(life::cancel);
    answer(work.apply(life), out);
  }

  private static <A> void answer(CompletionStage<A> answer, ServerCallStreamObserver<A> out) {
    answer.whenComplete(
        (value, failure) -> {
          if (out.isCancelled()) {
            return;
          }
          if (failure == null) {
            out.onNext(value);
            out.onCompleted();
          } else {
            out.onError(Statuses.of(failure));
          }
        });
  }
}
