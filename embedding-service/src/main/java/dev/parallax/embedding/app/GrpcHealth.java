package dev.parallax.embedding.app;

import dev.parallax.embedding.model.CatalogSnapshot;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code grpc.health.v1.Health} answers: {@code ""} and the services' names serve while the
 * repository can be read and the service does not stop; {@code models/<name>} serves while a
 * version of that model is ready.
 */
final class GrpcHealth {
  private final GrpcHealthStorage storage;
  private final Map<String, ServingStatus> told = new HashMap<>();

  GrpcHealth(GrpcHealthStorage storage) {
    this.storage = storage;
  }

  /** Tells watchers what has changed. */
  synchronized void publish(boolean serving, CatalogSnapshot models) {
    Map<String, ServingStatus> now = new HashMap<>();
    told.keySet().forEach(name -> now.put(name, ServingStatus.UNKNOWN));
    now.put(GrpcHealthStorage.DEFAULT_SERVICE_NAME, status(serving));
    now.put(EmbeddingServiceGrpc.SERVICE_NAME, status(serving));
    now.put(GRPCInferenceServiceGrpc.SERVICE_NAME, status(serving));
    models
        .models()
        .forEach(
            model ->
                now.put(
                    "models/" + model,
                    status(
                        serving
                            && models.versions(model).stream()
                                .anyMatch(entry -> entry.state() instanceof Ready))));
    now.forEach(
        (name, status) -> {
          if (told.put(name, status) != status) {
            storage.setStatus(name, status);
          }
        });
    told.values().removeIf(status -> status == ServingStatus.UNKNOWN);
  }

  private static ServingStatus status(boolean serving) {
    return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }
}
