package dev.parallax.embedding.app;

import dev.parallax.platform.startup.StartupException;
import io.grpc.netty.NettyServerBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What connections may do, and for how long. */
final class Connections {
  private static final String PREFIX = "parallax.embedding.connections.";
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final int MIN_HEADER_BYTES = 4 << 10;
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private final EmbeddingSettings.Connections settings;

  /**
   * @throws StartupException when a setting is out of its range
   */
  Connections(EmbeddingSettings.Connections settings) {
    this.settings = settings;
    check("max-age", settings.maxAge());
    check("max-age-grace", settings.maxAgeGrace());
    check("keep-alive", settings.keepAlive());
    check("keep-alive-permitted", settings.keepAlivePermitted());
    check("handshake-timeout", settings.handshakeTimeout());
    long header = settings.maxHeaderBytes().asLongValue();
    if (header < MIN_HEADER_BYTES || header > MAX_HEADER_BYTES) {
      throw new StartupException(
          "%smax-header-bytes is %d; allowed: %d to %d"
              .formatted(PREFIX, header, MIN_HEADER_BYTES, MAX_HEADER_BYTES));
    }
  }

  private static void check(String name, Duration value) {
    if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
      throw new StartupException(
          "%s%s is %s; allowed: %s to %s".formatted(PREFIX, name, value, SHORTEST, LONGEST));
    }
  }

  /** gRPC itself spreads the ages by a tenth, so that clients do not come back together. */
  void apply(NettyServerBuilder server) {
    server
        .maxConnectionAge(settings.maxAge().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAgeGrace(settings.maxAgeGrace().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(settings.keepAlivePermitted().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .handshakeTimeout(settings.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .maxInboundMetadataSize((int) settings.maxHeaderBytes().asLongValue());
  }
}
