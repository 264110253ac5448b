package dev.parallax.embedding.api;

import com.google.protobuf.MessageLite;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.Gate.Pass;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.embedding.v1.Model;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code parallax.embedding.v1.EmbeddingService}. Runs on the event loop and leaves it for
 * everything that takes time.
 */
@GrpcService
public class EmbeddingGrpc extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {
  private final Embedder embedder;
  private final ModelCatalog catalog;
  private final Gate gate;
  private final StreamLimits streamLimits;
  private final OpenStreams streams;

  public EmbeddingGrpc(
      Embedder embedder,
      ModelCatalog catalog,
      Gate gate,
      StreamLimits streamLimits,
      OpenStreams streams) {
    this.embedder = embedder;
    this.catalog = catalog;
    this.gate = gate;
    this.streamLimits = streamLimits;
    this.streams = streams;
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> observer) {
    ServerCallStreamObserver<EmbedResponse> out =
        (ServerCallStreamObserver<EmbedResponse>) observer;
    CallLife life = Requests.life();
    out.setOnCancelHandler(life::cancel);
    answer(
        admitted(
            request,
            () ->
                embedder
                    .embed(Requests.call(request), life, WhenFull.REFUSE)
                    .thenApply(Answers::response)),
        out);
  }

  @Override
  public StreamObserver<EmbedStreamRequest> embedStream(
      StreamObserver<EmbedStreamResponse> observer) {
    EmbedStreamCall stream =
        new EmbedStreamCall(
            (ServerCallStreamObserver<EmbedStreamResponse>) observer,
            embedder,
            gate,
            streamLimits,
            Requests.life(),
            streams);
    try {
      stream.open();
      return stream;
    } catch (RequestException e) {
      observer.onError(Statuses.of(e));
      return new IgnoredStream();
    }
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
    ListModelsResponse page;
    try {
      page = ModelPages.page(catalog.snapshot(), request);
    } catch (RequestException e) {
      observer.onError(Statuses.of(e));
      return;
    }
    observer.onNext(page);
    observer.onCompleted();
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<Model> observer) {
    ServerCallStreamObserver<Model> out = (ServerCallStreamObserver<Model>) observer;
    out.setOnCancelHandler(() -> {});
    answer(
        admitted(
            request,
            () ->
                catalog
                    .describe(request.getModel().getModel(), request.getModel().getVersion())
                    .thenApply(Answers::model)),
        out);
  }

  private <T> CompletableFuture<T> admitted(
      MessageLite request, Supplier<CompletableFuture<T>> work) {
    try {
      Pass pass = gate.enter(request.getSerializedSize());
      return work.get().whenComplete((answer, failure) -> pass.close());
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static <T> void answer(CompletionStage<T> answer, ServerCallStreamObserver<T> out) {
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
