package dev.parallax.embedding.api.inference;

import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.api.StreamLimits;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.platform.grpc.UnreadableMessages;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;

/** {@link InferenceGrpc} as it is served: what is no message of its contract never reaches it. */
@GrpcService
public class InferenceService implements BindableService {
  private final InferenceGrpc methods;

  public InferenceService(
      Inference inference,
      InferenceModels models,
      InferenceConfigurations configurations,
      ServerDescription server,
      Gate gate,
      StreamLimits streamLimits,
      OpenStreams streams) {
    this.methods =
        new InferenceGrpc(inference, models, configurations, server, gate, streamLimits, streams);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return UnreadableMessages.refuse(methods.bindService());
  }
}
