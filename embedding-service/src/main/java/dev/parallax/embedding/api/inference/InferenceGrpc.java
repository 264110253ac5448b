package dev.parallax.embedding.api.inference;

import com.google.protobuf.MessageLite;
import dev.parallax.embedding.api.GrpcCalls;
import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.api.StreamCall;
import dev.parallax.embedding.api.StreamLimits;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.ModelConfigRequest;
import dev.parallax.inference.ModelConfigResponse;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.inference.ModelMetadataRequest;
import dev.parallax.inference.ModelMetadataResponse;
import dev.parallax.inference.ModelReadyRequest;
import dev.parallax.inference.ModelReadyResponse;
import dev.parallax.inference.ModelStatisticsRequest;
import dev.parallax.inference.ModelStatisticsResponse;
import dev.parallax.inference.ModelStreamInferResponse;
import dev.parallax.inference.RepositoryIndexRequest;
import dev.parallax.inference.RepositoryIndexResponse;
import dev.parallax.inference.RepositoryModelLoadRequest;
import dev.parallax.inference.RepositoryModelLoadResponse;
import dev.parallax.inference.RepositoryModelUnloadRequest;
import dev.parallax.inference.RepositoryModelUnloadResponse;
import dev.parallax.inference.ServerLiveRequest;
import dev.parallax.inference.ServerLiveResponse;
import dev.parallax.inference.ServerMetadataRequest;
import dev.parallax.inference.ServerMetadataResponse;
import dev.parallax.inference.ServerReadyRequest;
import dev.parallax.inference.ServerReadyResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * {@code inference.GRPCInferenceService}. Runs on the event loop and leaves it for everything that
 * takes time.
 */
final class InferenceGrpc extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final Inference inference;
  private final InferenceModels models;
  private final InferenceConfigurations configurations;
  private final ServerDescription server;
  private final Gate gate;
  private final StreamLimits streamLimits;
  private final OpenStreams streams;

  InferenceGrpc(
      Inference inference,
      InferenceModels models,
      InferenceConfigurations configurations,
      ServerDescription server,
      Gate gate,
      StreamLimits streamLimits,
      OpenStreams streams) {
    this.inference = inference;
    this.models = models;
    this.configurations = configurations;
    this.server = server;
    this.gate = gate;
    this.streamLimits = streamLimits;
    this.streams = streams;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    observer.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
    observer.onCompleted();
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    observer.onNext(ServerReadyResponse.newBuilder().setReady(server.isReady()).build());
    observer.onCompleted();
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    observer.onNext(server.metadata());
    observer.onCompleted();
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    serve(
        request,
        observer,
        () ->
            models
                .isReady(request.getName(), request.getVersion())
                .thenApply(ready -> ModelReadyResponse.newBuilder().setReady(ready).build()));
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    serve(request, observer, () -> models.metadata(request.getName(), request.getVersion()));
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
    serve(request, observer, () -> configurations.of(request.getName(), request.getVersion()));
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    GrpcCalls.serve(
        observer,
        life ->
            gate.admit(
                request.getSerializedSize(),
                () -> inference.infer(request, life, WhenFull.REFUSE)));
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> observer) {
    return new StreamCall<>(
            (ServerCallStreamObserver<ModelStreamInferResponse>) observer,
            new InferExchange(inference),
            gate,
            streamLimits,
            GrpcCalls.life(),
            streams)
        .start();
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
    serve(request, observer, () -> models.statistics(request.getName(), request.getVersion()));
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    serve(
        request,
        observer,
        () ->
            CompletableFuture.completedFuture(
                models.index(request.getRepositoryName(), request.getReady())));
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    serve(
        request,
        observer,
        () ->
            models
                .load(
                    request.getRepositoryName(),
                    request.getModelName(),
                    request.getParametersMap().keySet())
                .thenApply(entry -> RepositoryModelLoadResponse.getDefaultInstance()));
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    serve(
        request,
        observer,
        () ->
            models
                .unload(
                    request.getRepositoryName(),
                    request.getModelName(),
                    request.getParametersMap().keySet())
                .thenApply(done -> RepositoryModelUnloadResponse.getDefaultInstance()));
  }

  private <A> void serve(
      MessageLite request, StreamObserver<A> observer, Supplier<CompletableFuture<A>> work) {
    GrpcCalls.serve(observer, life -> gate.admit(request.getSerializedSize(), work));
  }
}
