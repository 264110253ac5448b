package dev.parallax.eval.api;

import dev.parallax.platform.startup.StartupException;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.config.GrpcConfiguration;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Singleton;

/** Whether the gRPC server listens: on its own a service without it would start all the same. */
@Singleton
final class Listening {
  private final GrpcServerConfiguration server;
  private final ValueRegistry values;

  Listening(GrpcConfiguration grpc, ValueRegistry values) {
    this.server = grpc.server();
    this.values = values;
  }

  /**
   * @throws StartupException one line, when it does not
   */
  void check() {
    if (server.useSeparateServer() && values.getOrDefault(GrpcServer.GRPC_PORT, -1) < 0) {
      throw new StartupException(
          "gRPC cannot listen on %s:%d (quarkus.grpc.server.host and .port): %s"
              .formatted(
                  server.host(),
                  server.port(),
                  StartupLogFilter.grpcFailure().orElse("it did not start")));
    }
  }
}
