package dev.parallax.embedding.api;

import com.google.protobuf.MessageLite;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.VectorEncoding;
import dev.parallax.embedding.v1.DeleteAliasRequest;
import dev.parallax.embedding.v1.DeleteAliasResponse;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.ListAliasesRequest;
import dev.parallax.embedding.v1.ListAliasesResponse;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.embedding.v1.LoadModelRequest;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.SetAliasRequest;
import dev.parallax.embedding.v1.UnloadModelRequest;
import dev.parallax.embedding.v1.UnloadModelResponse;
import dev.parallax.model.v1.Alias;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * {@code parallax.embedding.v1.EmbeddingService}. Runs on the event loop and leaves it for
 * everything that takes time.
 */
final class EmbeddingGrpc extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {
  private final Embedder embedder;
  private final ModelCatalog catalog;
  private final Gate gate;
  private final StreamLimits streamLimits;
  private final OpenStreams streams;

  EmbeddingGrpc(
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
    GrpcCalls.serve(
        observer,
        life ->
            gate.admit(
                request.getSerializedSize(),
                () -> {
                  VectorEncoding encoding = Requests.encoding(request);
                  return embedder
                      .embed(Requests.call(request), life, WhenFull.REFUSE)
                      .thenApply(answer -> Answers.response(answer, encoding));
                }));
  }

  @Override
  public StreamObserver<EmbedStreamRequest> embedStream(
      StreamObserver<EmbedStreamResponse> observer) {
    return new StreamCall<>(
            (ServerCallStreamObserver<EmbedStreamResponse>) observer,
            new EmbedExchange(embedder),
            gate,
            streamLimits,
            GrpcCalls.life(),
            streams)
        .start();
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
    control(
        request,
        observer,
        () -> catalog.describe(Requests.query(request.getModel())).thenApply(Answers::model));
  }

  @Override
  public void loadModel(LoadModelRequest request, StreamObserver<Model> observer) {
    control(request, observer, () -> catalog.load(request.getModel()).thenApply(Answers::model));
  }

  @Override
  public void unloadModel(
      UnloadModelRequest request, StreamObserver<UnloadModelResponse> observer) {
    control(
        request,
        observer,
        () ->
            catalog
                .unload(request.getModel())
                .thenApply(
                    unloading ->
                        UnloadModelResponse.newBuilder()
                            .addAllVersions(unloading.versions())
                            .build()));
  }

  @Override
  public void setAlias(SetAliasRequest request, StreamObserver<Alias> observer) {
    control(
        request,
        observer,
        () ->
            catalog
                .setAlias(request.getModel(), Requests.alias(request.getAlias()))
                .thenApply(Answers::alias));
  }

  @Override
  public void deleteAlias(
      DeleteAliasRequest request, StreamObserver<DeleteAliasResponse> observer) {
    control(
        request,
        observer,
        () ->
            catalog
                .deleteAlias(request.getModel(), request.getAlias())
                .thenApply(rest -> DeleteAliasResponse.getDefaultInstance()));
  }

  @Override
  public void listAliases(
      ListAliasesRequest request, StreamObserver<ListAliasesResponse> observer) {
    control(
        request, observer, () -> catalog.aliases(request.getModel()).thenApply(Answers::aliases));
  }

  /** Goes on when the caller leaves: what was asked for is done. */
  private <T> void control(
      MessageLite request, StreamObserver<T> observer, Supplier<CompletableFuture<T>> work) {
    GrpcCalls.serve(observer, life -> gate.admit(request.getSerializedSize(), work));
  }
}
