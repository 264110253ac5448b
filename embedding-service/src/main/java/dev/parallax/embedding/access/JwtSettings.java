package dev.parallax.embedding.access;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;

/**
 * Which JSON Web Tokens are accepted.
 *
 * @param jwks where the issuer publishes its keys; https, or http on this machine
 * @param issuer what {@code iss} has to be
 * @param audience what {@code aud} has to contain
 * @param rolesClaim where the roles are, a list of strings or one with spaces; dots lead into
 *     objects: {@code realm_access.roles}
 * @param clockSkew by which clocks may differ, 0 to 10 minutes
 */
public record JwtSettings(
    URI jwks, String issuer, String audience, String rolesClaim, Duration clockSkew) {
  private static final Duration MAX_SKEW = Duration.ofMinutes(10);

  public JwtSettings {
    requireNonNull(jwks, "jwks is null");
    String host = jwks.getHost();
    boolean local =
        host != null
            && (host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."));
    if (host == null
        || !("https".equals(jwks.getScheme()) || (local && "http".equals(jwks.getScheme())))) {
      throw new IllegalArgumentException(
          "jwks-url is \"" + jwks + "\"; allowed: https://…, and http://… on this machine");
    }
    if (issuer.isBlank() || audience.isBlank() || rolesClaim.isBlank()) {
      throw new IllegalArgumentException("issuer, audience or roles-claim is empty");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
      throw new IllegalArgumentException(
          "clock-skew is " + clockSkew + "; allowed: 0 to " + MAX_SKEW);
    }
  }
}
