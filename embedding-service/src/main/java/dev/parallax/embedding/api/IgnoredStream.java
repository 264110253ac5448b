package dev.parallax.embedding.api;

import io.grpc.stub.StreamObserver;

/** The sender's side of a stream that was refused. */
final class IgnoredStream<Q> implements StreamObserver<Q> {
  @Override
  public void onNext(Q value) {}

  @Override
  public void onError(Throwable t) {}

  @Override
  public void onCompleted() {}
}
