package dev.parallax.platform.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.platform.errors.RequestException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks every call but health checks for {@code authorization: Bearer <token>}; without a token it
 * asks for nothing.
 */
public final class TokenInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String HEALTH = "grpc.health.v1.Health";
  private static final String SCHEME = "bearer ";

  private final Optional<byte[]> token;

  /**
   * @param token what callers must present; empty lets everyone in
   * @throws IllegalArgumentException when a token is given that is shorter than 16 characters
   */
  public TokenInterceptor(Optional<String> token) {
    token.ifPresent(
        value -> {
          if (value.length() < 16) {
            throw new IllegalArgumentException(
                "the bearer token has " + value.length() + " characters; allowed: 16 or more");
          }
        });
    this.token = token.map(value -> value.getBytes(UTF_8));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (token.isEmpty()
        || HEALTH.equals(call.getMethodDescriptor().getServiceName())
        || matches(headers.get(AUTHORIZATION))) {
      return next.startCall(call, headers);
    }
    StatusRuntimeException refused =
        Statuses.of(
            RequestException.of(
                RequestException.Kind.UNAUTHENTICATED,
                "the call carries no valid token; send the header 'authorization: Bearer <token>'"));
    call.close(
        refused.getStatus(),
        refused.getTrailers() == null ? new Metadata() : refused.getTrailers());
    return new ServerCall.Listener<>() {};
  }

  private boolean matches(String header) {
    return header != null
        && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        // takes the same time wherever the first difference is
        && MessageDigest.isEqual(
            header.substring(SCHEME.length()).strip().getBytes(UTF_8), token.orElseThrow());
  }
}
