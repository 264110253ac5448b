package dev.parallax.platform.grpc;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Answers calls of one request and one response. */
public final class Answering {
  private Answering() {}

  /** The response, or what went wrong as a status. */
  public static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    T response;
    try {
      response = work.get();
    } catch (RuntimeException e) {
      observer.onError(Statuses.of(e));
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }
}
