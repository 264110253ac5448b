package dev.parallax.embedding.access;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * What a call shows of its caller.
 *
 * @param authorization value of the header of that name
 * @param certificate subject of the client certificate that was verified
 * @param address where the call comes from, without port
 */
public record Credentials(
    Optional<String> authorization, Optional<String> certificate, String address) {
  private static final String SCHEME = "bearer ";

  public Credentials {
    requireNonNull(address, "address is null");
  }

  /** The token of {@code authorization: Bearer <token>}. */
  Optional<String> token() {
    return authorization
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(SCHEME))
        .map(value -> value.substring(SCHEME.length()).strip());
  }
}
