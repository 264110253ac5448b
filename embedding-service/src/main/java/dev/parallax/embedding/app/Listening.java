package dev.parallax.embedding.app;

import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.config.GrpcConfiguration;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Singleton;

/** Whether the gRPC server listens. */
@Singleton
class Listening {
  private final GrpcServerConfiguration server;
  private final ValueRegistry values;

  Listening(GrpcConfiguration grpc, ValueRegistry values) {
    this.server = grpc.server();
    this.values = values;
  }

  /**
   * @throws IllegalStateException one line, when it does not
   */
  void check() {
    if (server.useSeparateServer() && values.getOrDefault(GrpcServer.GRPC_PORT, -1) < 0) {
      throw new IllegalStateException(
          "the gRPC server does not start: %s; see quarkus.grpc.server.host, .port and .ssl"
              .formatted(StartupLogFilter.grpcFailure()));
    }
  }
}
