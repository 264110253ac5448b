package dev.parallax.embedding.app;

import dev.parallax.platform.grpc.BindRule;
import dev.parallax.platform.startup.Ports;
import dev.parallax.platform.startup.StartupException;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.config.GrpcConfiguration;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Whether the gRPC server listens and the HTTP server, which starts last, can. */
@Singleton
class Listening {
  private final GrpcServerConfiguration grpc;
  private final ValueRegistry values;
  private final String httpHost;
  private final int httpPort;
  private final boolean httpIsTlsOnly;
  private final EmbeddingSettings settings;

  Listening(
      GrpcConfiguration grpc,
      ValueRegistry values,
      @ConfigProperty(name = "quarkus.http.host") String httpHost,
      @ConfigProperty(name = "quarkus.http.port") int httpPort,
      @ConfigProperty(name = "quarkus.http.insecure-requests", defaultValue = "enabled")
          String insecureRequests,
      EmbeddingSettings settings) {
    this.grpc = grpc.server();
    this.values = values;
    this.httpHost = httpHost;
    this.httpPort = httpPort;
    this.httpIsTlsOnly = insecureRequests.equals("disabled");
    this.settings = settings;
  }

  /** Whether calls come in by HTTP, too: unless it is said, where only this machine can. */
  boolean takesCallsByHttp() {
    return takesCallsByHttp(settings.httpApi(), httpHost);
  }

  /**
   * @param asked as it is set
   * @throws StartupException one line, for another word than true and false
   */
  static boolean takesCallsByHttp(Optional<String> asked, String httpHost) {
    return switch (asked.orElse("").strip()) {
      case "" -> BindRule.isLoopback(httpHost);
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new StartupException(
              "parallax.embedding.http-api is \"%s\"; allowed: true, false"
                  .formatted(asked.orElseThrow()));
    };
  }

  /**
   * @throws StartupException one line, when one of them does not
   */
  void check() {
    if (grpc.useSeparateServer() && values.getOrDefault(GrpcServer.GRPC_PORT, -1) < 0) {
      throw new StartupException(StartupLogFilter.grpcFailure());
    }
    if (!grpc.useSeparateServer() || takesCallsByHttp()) {
      BindRule.check(httpHost, httpIsTlsOnly, settings.asksForToken());
    }
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      Ports.requireFree("quarkus.http.port", httpHost, httpPort);
    }
  }
}
