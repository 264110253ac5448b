package dev.parallax.embedding.access;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;

/**
 * JSON Web Tokens of one issuer (RFC 7519), signed with RS256 or ES256 and verified by its
 * published keys. A token that was found valid is remembered until it expires, for signatures are
 * costly; of those only so many.
 */
public final class JwtAuthority implements Authority {
  private static final int MAX_REMEMBERED = 1000;
  private static final int MAX_CHARS = 8192;
  private static final String LABEL = "oidc";

  private final JwtSettings settings;
  private final JwtKeys keys;
  private final LongSupplier clockMillis;
  private final Map<String, Valid> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Valid> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /** Until when, in milliseconds of the epoch, and by which fetch of the keys. */
  private record Valid(Caller caller, long until, long generation) {}

  public JwtAuthority(JwtSettings settings, JwtKeys keys) {
    this(settings, keys, System::currentTimeMillis);
  }

  JwtAuthority(JwtSettings settings, JwtKeys keys, LongSupplier clockMillis) {
    this.settings = settings;
    this.keys = keys;
    this.clockMillis = clockMillis;
  }

  @Override
  public Optional<Caller> callerOf(String token) {
    if (token.chars().filter(c -> c == '.').count() != 2) {
      return Optional.empty();
    }
    if (token.length() > MAX_CHARS) {
      throw refused("it has " + token.length() + " characters; allowed: " + MAX_CHARS);
    }
    String digest = HexFormat.of().formatHex(NamedTokens.sha256(token));
    synchronized (remembered) {
      Valid valid = remembered.get(digest);
      if (valid != null
          && valid.generation() == keys.keys().generation()
          && clockMillis.getAsLong() < valid.until()) {
        return Optional.of(valid.caller());
      }
    }
    Valid valid = verified(token);
    synchronized (remembered) {
      remembered.put(digest, valid);
    }
    return Optional.of(valid.caller());
  }

  private Valid verified(String token) {
    JwtKeys.Fetched current = keys.keys();
    if (current.keys().isEmpty()) {
      throw RequestException.retryable(
          Kind.UNAVAILABLE,
          "the keys of the tokens' issuer have not been fetched yet; try again later",
          Duration.ofSeconds(1));
    }
    JwtConsumer consumer =
        new JwtConsumerBuilder()
            .setJwsAlgorithmConstraints(
                ConstraintType.PERMIT,
                AlgorithmIdentifiers.RSA_USING_SHA256,
                AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
            .setVerificationKeyResolver(new JwksVerificationKeyResolver(current.keys()))
            .setExpectedIssuer(settings.issuer())
            .setExpectedAudience(settings.audience())
            .setRequireExpirationTime()
            .setRequireSubject()
            .setAllowedClockSkewInSeconds((int) settings.clockSkew().toSeconds())
            .build();
    try {
      JwtClaims claims = consumer.processToClaims(token);
      long until = claims.getExpirationTime().getValueInMillis() + settings.clockSkew().toMillis();
      return new Valid(
          new Caller(
              "jwt:" + claims.getSubject(), LABEL, roles(claims.getClaimsMap()), Optional.empty()),
          until,
          current.generation());
    } catch (InvalidJwtException e) {
      throw refused(reason(e));
    } catch (MalformedClaimException e) {
      throw refused("a claim is malformed");
    }
  }

  private String reason(InvalidJwtException e) {
    if (e.hasExpired()) {
      return "it has expired";
    }
    if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
      return "its signature is wrong";
    }
    if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
      return "it is from another issuer; allowed: " + settings.issuer();
    }
    if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
        || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
      return "it is for another audience; allowed: " + settings.audience();
    }
    if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return "it is not valid yet";
    }
    if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)
        || e.hasErrorCode(ErrorCodes.SUBJECT_MISSING)) {
      return "it has no exp or no sub";
    }
    keys.missing();
    return "it is not signed with RS256 or ES256 by a key of the issuer";
  }

  private static RequestException refused(String why) {
    return RequestException.of(Kind.UNAUTHENTICATED, "the token is not valid: " + why);
  }

  private Set<Role> roles(Map<String, Object> claims) {
    Object claim = claims.get(settings.rolesClaim());
    if (claim == null) {
      claim = claims;
      for (String part : settings.rolesClaim().split("\\.", -1)) {
        claim = claim instanceof Map<?, ?> object ? object.get(part) : null;
      }
    }
    Stream<String> names =
        switch (claim) {
          case String text -> Arrays.stream(text.split("\\s+", -1));
          case Collection<?> list -> list.stream().map(String::valueOf);
          case null, default -> Stream.empty();
        };
    return names.flatMap(name -> Role.of(name).stream()).collect(Collectors.toSet());
  }
}
