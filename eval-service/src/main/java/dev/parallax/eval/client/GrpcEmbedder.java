package dev.parallax.eval.client;

import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.eval.features.Embedder;
import dev.parallax.eval.features.ImageBatch;
import dev.parallax.eval.features.ServedModel;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;

/** Calls the embedding service. */
public final class GrpcEmbedder implements Embedder {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private final ManagedChannel channel;
  private final ClientSettings settings;

  /**
   * @param channel to the service; stays open
   */
  public GrpcEmbedder(ManagedChannel channel, ClientSettings settings) {
    this.channel = channel;
    this.settings = settings;
  }

  @Override
  public ServedModel find(String model, long version, String output) {
    Model found;
    try {
      found = getModel(model, version);
    } catch (StatusRuntimeException e) {
      throw failure(model, version, e.getStatus());
    }
    Manifest manifest = found.getManifest();
    return switch (found.getState()) {
      case MODEL_STATE_READY, MODEL_STATE_AVAILABLE ->
          new ServedModel(
              manifest.getModel(),
              manifest.getVersion(),
              manifest.getSha256(),
              output,
              size(manifest, output));
      case MODEL_STATE_FAILED ->
          throw RequestException.of(
              Kind.FAILED_PRECONDITION,
              "%s/%d cannot be loaded by the embedding service: %s"
                  .formatted(model, manifest.getVersion(), found.getReason()));
      case MODEL_STATE_UNLOADED ->
          throw RequestException.of(
              Kind.FAILED_PRECONDITION,
              "%s/%d is not loaded by the embedding service; load it first"
                  .formatted(model, manifest.getVersion()));
      case MODEL_STATE_LOADING, MODEL_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw RequestException.retryable(
              Kind.UNAVAILABLE,
              "%s is being loaded by the embedding service; try again in a few seconds"
                  .formatted(model),
              Duration.ofSeconds(2));
    };
  }

  private static int size(Manifest manifest, String output) {
    return manifest.getOutputsList().stream()
        .filter(spec -> spec.getName().equals(output) && spec.getShapeCount() == 2)
        .mapToInt(spec -> Math.toIntExact(spec.getShape(1)))
        .findFirst()
        .orElseThrow(
            () ->
                RequestException.invalid(
                    "spec.output",
                    output,
                    String.join(
                        ", ",
                        manifest.getOutputsList().stream().map(TensorSpec::getName).toList())));
  }

  /**
   * A channel that lost its connection fails calls at once and waits longer and longer, up to
   * minutes, before it connects again; so it is told to connect now, and the call to wait a moment
   * for that.
   */
  private Model getModel(String model, long version) {
    GetModelRequest request =
        GetModelRequest.newBuilder()
            .setModel(ModelSelector.newBuilder().setModel(model).setVersion(version))
            .build();
    EmbeddingServiceBlockingStub stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    try {
      return stub.withDeadlineAfter(CALL_TIMEOUT).getModel(request);
    } catch (StatusRuntimeException unavailable) {
      if (unavailable.getStatus().getCode() != Status.Code.UNAVAILABLE) {
        throw unavailable;
      }
      channel.resetConnectBackoff();
      try {
        return stub.withWaitForReady()
            .withDeadlineAfter(settings.connectTimeout())
            .getModel(request);
      } catch (StatusRuntimeException e) {
        // the first failure says why; that the second came too late says nothing
        throw e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED ? unavailable : e;
      }
    }
  }

  @Override
  public void embed(ServedModel model, Iterator<ImageBatch> batches, Sink sink)
      throws InterruptedException {
    new Conversation(EmbeddingServiceGrpc.newStub(channel), this, settings, model, batches, sink)
        .run();
  }

  private RequestException failure(String model, long version, Status status) {
    String name = version == 0 ? "\"" + model + "\"" : "\"" + model + "\" version " + version;
    return switch (status.getCode()) {
      case NOT_FOUND ->
          RequestException.of(
              Kind.NOT_FOUND,
              "the embedding service at %s serves no model %s; `parallax models` lists what it serves, training publishes a new one"
                  .formatted(settings.target(), name));
      case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED ->
          RequestException.retryable(
              Kind.UNAVAILABLE,
              "the embedding service at %s cannot be reached: %s. Start it, or set parallax.eval.embedding.target"
                  .formatted(settings.target(), description(status)),
              Duration.ofSeconds(5));
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          RequestException.of(
              Kind.FAILED_PRECONDITION,
              "the embedding service at %s refuses this service: %s. Set parallax.eval.embedding.token"
                  .formatted(settings.target(), description(status)));
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS ->
          RequestException.of(
              Kind.FAILED_PRECONDITION,
              "the embedding service at %s answered %s for model %s: %s"
                  .formatted(settings.target(), status.getCode(), name, description(status)));
    };
  }

  /** One line; where gRPC's own says nothing, that of its cause. */
  static String description(Status status) {
    String text = status.getDescription();
    Throwable cause = status.getCause();
    if (cause != null
        && cause.getMessage() != null
        && (text == null || text.equals("io exception"))) {
      text = cause.getMessage();
    }
    return text == null || text.isBlank()
        ? status.getCode().toString()
        : text.replaceAll("\\s*\\R\\s*", " ");
  }
}
