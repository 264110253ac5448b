package dev.parallax.eval.api;

import dev.parallax.platform.grpc.BindRule;
import dev.parallax.platform.grpc.ErrorInterceptor;
import dev.parallax.platform.grpc.TokenInterceptor;
import dev.parallax.platform.startup.StartupException;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.runtime.config.GrpcConfiguration;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What stands before every call. */
final class Interceptors {

  @Produces
  @Singleton
  @GlobalInterceptor
  ErrorInterceptor errors() {
    return new ErrorInterceptor();
  }

  /**
   * Made before the server listens, so the rule where it may listen holds from the first moment on.
   */
  @Produces
  @Singleton
  @GlobalInterceptor
  TokenInterceptor tokens(EvalSettings settings, GrpcConfiguration grpc) {
    GrpcServerConfiguration server = grpc.server();
    try {
      BindRule.check(server.host(), !server.isPlainTextEnabled(), settings.token());
      return new TokenInterceptor(settings.token());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new StartupException(e.getMessage(), e);
    }
  }
}
