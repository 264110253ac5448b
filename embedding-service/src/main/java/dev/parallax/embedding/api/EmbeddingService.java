package dev.parallax.embedding.api;

import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.platform.grpc.UnreadableMessages;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;

/** {@link EmbeddingGrpc} as it is served: what is no message of its contract never reaches it. */
@GrpcService
public class EmbeddingService implements BindableService {
  private final EmbeddingGrpc methods;

  public EmbeddingService(
      Embedder embedder,
      ModelCatalog catalog,
      Gate gate,
      StreamLimits streamLimits,
      OpenStreams streams) {
    this.methods = new EmbeddingGrpc(embedder, catalog, gate, streamLimits, streams);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return UnreadableMessages.refuse(methods.bindService());
  }
}
