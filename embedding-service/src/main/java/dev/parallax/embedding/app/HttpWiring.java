package dev.parallax.embedding.app;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.api.AccessLog;
import dev.parallax.embedding.api.CallSpans;
import dev.parallax.embedding.api.http.BrokenRequests;
import dev.parallax.embedding.api.http.Hosts;
import dev.parallax.embedding.api.http.HttpDoor;
import dev.parallax.embedding.api.http.HttpLimits;
import dev.parallax.embedding.api.http.OpenAiRoutes;
import dev.parallax.embedding.api.http.OpenInferenceRoutes;
import dev.parallax.embedding.api.inference.Inference;
import dev.parallax.embedding.api.inference.InferenceModels;
import dev.parallax.embedding.api.inference.ServerDescription;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.GateLimits;
import dev.parallax.platform.startup.StartupException;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the HTTP port to calls, where that is wanted. */
@Singleton
class HttpWiring {
  private final EmbeddingSettings settings;
  private final int bodyBytes;

  HttpWiring(
      EmbeddingSettings settings,
      @ConfigProperty(name = "quarkus.grpc.server.max-inbound-message-size") int bodyBytes) {
    this.settings = settings;
    this.bodyBytes = bodyBytes;
  }

  @Produces
  @Singleton
  HttpDoor door(Access access, Gate gate, GateLimits gateLimits, Workers workers, AccessLog log) {
    HttpLimits limits;
    try {
      limits =
          new HttpLimits(
              bodyBytes,
              gateLimits.bytes(),
              settings.connections().messageTimeout(),
              settings.connections().messageTimeout());
    } catch (IllegalArgumentException e) {
      throw new StartupException(
          "in the settings quarkus.grpc.server and parallax.embedding.connections: "
              + e.getMessage(),
          e);
    }
    Hosts hosts = settings.asksForToken().isPresent() ? Hosts.ANY : Hosts.LOCAL;
    return new HttpDoor(access, gate, workers.decode(), limits, hosts, log);
  }

  @Produces
  @Singleton
  OpenInferenceRoutes openInference(
      HttpDoor door,
      Access access,
      Inference inference,
      InferenceModels models,
      ServerDescription server) {
    return new OpenInferenceRoutes(door, access, inference, models, server);
  }

  @Produces
  @Singleton
  OpenAiRoutes openAi(
      HttpDoor door, Access access, Embedder embedder, ModelCatalog catalog, CallSpans spans) {
    return new OpenAiRoutes(door, access, embedder, catalog, spans);
  }

  void open(
      @Observes Router router,
      Listening listening,
      OpenInferenceRoutes openInference,
      OpenAiRoutes openAi) {
    BrokenRequests.addTo(router);
    if (listening.takesCallsByHttp()) {
      openInference.addTo(router);
      openAi.addTo(router);
    }
  }
}
