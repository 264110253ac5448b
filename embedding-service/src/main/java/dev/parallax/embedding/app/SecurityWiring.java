package dev.parallax.embedding.app;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.access.Authority;
import dev.parallax.embedding.access.JwtAuthority;
import dev.parallax.embedding.access.JwtKeys;
import dev.parallax.embedding.access.JwtSettings;
import dev.parallax.embedding.access.Rate;
import dev.parallax.embedding.access.TokenFile;
import dev.parallax.embedding.api.AccessInterceptor;
import dev.parallax.embedding.api.AccessLog;
import dev.parallax.embedding.api.AccessLogInterceptor;
import dev.parallax.embedding.api.ArrivalInterceptor;
import dev.parallax.embedding.api.CallSpans;
import dev.parallax.embedding.api.SpanInterceptor;
import dev.parallax.embedding.app.EmbeddingSettings.Oidc;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.platform.startup.StartupException;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Puts together what calls pass before they are served. */
@Singleton
class SecurityWiring {
  private static final String PREFIX = "parallax.embedding.";

  private final EmbeddingSettings settings;

  SecurityWiring(EmbeddingSettings settings) {
    this.settings = settings;
  }

  @Produces
  @Singleton
  Upkeep upkeep() {
    return new Upkeep();
  }

  @Produces
  @Singleton
  Access access(ServingMonitor monitor, Upkeep upkeep) {
    List<Authority> authorities = new ArrayList<>();
    List<Runnable> chores = new ArrayList<>();
    settings
        .token()
        .ifPresent(token -> authorities.add(checked("token", () -> Access.singleToken(token))));
    settings
        .tokensFile()
        .ifPresent(
            file -> {
              TokenFile tokens = checked("tokens-file", () -> new TokenFile(file));
              authorities.add(tokens);
              chores.add(tokens::refresh);
            });
    settings
        .oidc()
        .jwksUrl()
        .ifPresent(
            location -> {
              JwtSettings jwt = checked("oidc", () -> jwt(settings.oidc()));
              JwtKeys keys = new JwtKeys(jwt.jwks());
              authorities.add(new JwtAuthority(jwt, keys));
              chores.add(keys::refresh);
            });
    Optional<Rate> rate = checked("rate", this::rate);
    Access access =
        checked("rate", () -> new Access(authorities, rate, settings.rate().clients(), monitor));
    upkeep.everySecond(chores);
    return access;
  }

  private static JwtSettings jwt(Oidc oidc) {
    return new JwtSettings(
        oidc.jwksUrl().orElseThrow(),
        required("issuer", oidc.issuer()),
        required("audience", oidc.audience()),
        oidc.rolesClaim(),
        oidc.clockSkew());
  }

  private static String required(String name, Optional<String> value) {
    return value.orElseThrow(
        () -> new IllegalArgumentException(name + " is missing; it goes with jwks-url"));
  }

  private Optional<Rate> rate() {
    if (settings.rate().imagesPerSecond().isEmpty()) {
      return Optional.empty();
    }
    double images = settings.rate().imagesPerSecond().getAsDouble();
    return Optional.of(
        settings.rate().burst().isEmpty()
            ? Rate.perSecond(images)
            : new Rate(images, settings.rate().burst().getAsInt()));
  }

  @Produces
  @Singleton
  @GlobalInterceptor
  AccessInterceptor accessInterceptor(Access access, Upkeep upkeep) {
    return new AccessInterceptor(access, upkeep.timer());
  }

  @Produces
  @Singleton
  @GlobalInterceptor
  AccessLogInterceptor accessLogInterceptor(AccessLog log) {
    return new AccessLogInterceptor(log);
  }

  @Produces
  @Singleton
  AccessLog accessLog() {
    return new AccessLog(settings.accessLog());
  }

  @Produces
  @Singleton
  CallSpans callSpans(Tracer tracer) {
    return new CallSpans(tracer);
  }

  @Produces
  @Singleton
  @GlobalInterceptor
  ArrivalInterceptor arrival(Upkeep upkeep) {
    return checked(
        "connections",
        () ->
            new ArrivalInterceptor(
                settings.connections().messageTimeout(),
                settings.connections().streamTimeout(),
                upkeep.timer()));
  }

  @Produces
  @Singleton
  @GlobalInterceptor
  SpanInterceptor spans(CallSpans spans) {
    return new SpanInterceptor(spans);
  }

  private static <T> T checked(String group, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new StartupException("in the settings " + PREFIX + group + ": " + e.getMessage(), e);
    }
  }
}
