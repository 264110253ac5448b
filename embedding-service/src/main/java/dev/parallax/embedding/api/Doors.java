package dev.parallax.embedding.api;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What a gRPC call shows of its caller, and the order of what looks at it first. */
final class Doors {
  // the higher, the further out
  static final int ACCESS_LOG = 30;
  static final int ARRIVAL = 20;
  static final int ACCESS = 10;
  static final int SPANS = -10;

  private Doors() {}

  /** Address of the peer without its port. */
  static String address(ServerCall<?, ?> call) {
    SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return switch (peer) {
      case InetSocketAddress inet when inet.getAddress() != null ->
          inet.getAddress().getHostAddress();
      case null -> "unknown";
      default -> peer.toString();
    };
  }

  /** Subject of the certificate that the peer showed and that was verified. */
  static Optional<String> certificate(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(session.getPeerPrincipal().getName());
    } catch (SSLPeerUnverifiedException e) {
      // it showed none
      return Optional.empty();
    }
  }
}
