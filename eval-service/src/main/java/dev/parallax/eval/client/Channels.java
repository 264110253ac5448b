package dev.parallax.eval.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Connections to the embedding service. */
public final class Channels {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private Channels() {}

  /**
   * @param target host and port, or a gRPC name such as {@code dns:///embedding:8001}
   * @param token bearer token to present
   * @param trustCertificates PEM file of the authorities to trust
   * @throws IllegalArgumentException when {@code target} is no gRPC name or the certificates cannot
   *     be read
   */
  public static ManagedChannel open(
      String target, Optional<String> token, boolean tls, Optional<Path> trustCertificates) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(30, TimeUnit.SECONDS);
    if (tls) {
      builder.useTransportSecurity();
      trustCertificates.ifPresent(file -> trust(builder, file));
    } else {
      builder.usePlaintext();
    }
    token.ifPresent(
        value -> {
          Metadata headers = new Metadata();
          headers.put(AUTHORIZATION, "Bearer " + value);
          builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        });
    return builder.build();
  }

  private static void trust(NettyChannelBuilder builder, Path file) {
    try {
      builder.sslContext(GrpcSslContexts.forClient().trustManager(file.toFile()).build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the trusted certificates cannot be read from " + file + ": " + e.getMessage(), e);
    }
  }
}
