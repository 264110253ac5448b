package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens connections.
 *
 * @param token bearer token to present
 * @param tls whether to speak TLS
 * @param authorities PEM file of the authorities to trust, in place of the JVM's
 */
public record Connector(Optional<String> token, boolean tls, Optional<Path> authorities) {
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  /** One that presents nothing, for services on this machine. */
  public static Connector plain() {
    return new Connector(Optional.empty(), false, Optional.empty());
  }

  /**
   * Opens a connection; whether anybody listens shows at the first call.
   *
   * @throws CliException when a token would travel in the clear, or the authorities cannot be read
   */
  public Peer open(String name, String option, Target target) {
    if (token.isPresent() && !tls && !target.loopback()) {
      throw CliException.usage(
          "PARALLAX_TOKEN is set, and "
              + target
              + " is another machine, so that the token would travel readable;"
              + " add --tls, or --tls-ca FILE");
    }
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(target.toString(), credentials())
            .maxInboundMessageSize(MAX_MESSAGE_BYTES);
    token.ifPresent(
        value -> builder.intercept(MetadataUtils.newAttachHeadersInterceptor(bearer(value))));
    return new Peer(name, option, target, builder.build());
  }

  private ChannelCredentials credentials() {
    if (!tls) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    if (authorities.isPresent()) {
      try {
        credentials.trustManager(authorities.get().toFile());
      } catch (IOException e) {
        throw CliException.usage(
            "--tls-ca", authorities.get(), "a readable PEM file of certificates");
      }
    }
    return credentials.build();
  }

  private static Metadata bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return headers;
  }
}
