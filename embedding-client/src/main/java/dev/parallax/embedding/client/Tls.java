package dev.parallax.embedding.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An encrypted connection.
 *
 * @param authorities PEM file of the authorities to trust; empty: those of the JVM
 * @param identity what the client shows of itself where the service asks for it
 */
public record Tls(Optional<Path> authorities, Optional<Identity> identity) {
  /**
   * A client certificate.
   *
   * @param chain PEM file of the certificate and those that lead to its authority
   * @param key PEM file of its private key, PKCS #8
   */
  public record Identity(Path chain, Path key) {}

  /** Trusts the authorities of the JVM. */
  public static Tls standard() {
    return new Tls(Optional.empty(), Optional.empty());
  }

  /** Trusts the authorities of a PEM file, and no others. */
  public static Tls trusting(Path authorities) {
    return new Tls(Optional.of(authorities), Optional.empty());
  }

  /** The same with a client certificate. */
  public Tls presenting(Path chain, Path key) {
    return new Tls(authorities, Optional.of(new Identity(chain, key)));
  }

  ChannelCredentials credentials() {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    try {
      if (authorities.isPresent()) {
        credentials.trustManager(authorities.get().toFile());
      }
      if (identity.isPresent()) {
        credentials.keyManager(identity.get().chain().toFile(), identity.get().key().toFile());
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a certificate or key cannot be read: " + e.getMessage(), e);
    }
    return credentials.build();
  }
}
