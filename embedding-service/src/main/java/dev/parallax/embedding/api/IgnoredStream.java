package dev.parallax.embedding.api;

import dev.parallax.embedding.v1.EmbedStreamRequest;
import io.grpc.stub.StreamObserver;

/** The sender's side of a stream that was refused. */
final class IgnoredStream implements StreamObserver<EmbedStreamRequest> {
  @Override
  public void onNext(EmbedStreamRequest value) {}

  @Override
  public void onError(Throwable t) {}

  @Override
  public void onCompleted() {}
}
