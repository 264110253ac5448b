package dev.parallax.embedding.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JwtAuthorityTest {
  private static final String ISSUER = "https://issuer.test";
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicLong clock = new AtomicLong(System.currentTimeMillis());
  private HttpServer server;
  private PublicJsonWebKey rsa;
  private PublicJsonWebKey ec;
  private JwtKeys keys;
  private JwtAuthority authority;

  @BeforeEach
  void publish() throws Exception {
    rsa = RsaJwkGenerator.generateJwk(2048);
    rsa.setKeyId("rsa");
    ec = EcJwkGenerator.generateJwk(EllipticCurves.P256);
    ec.setKeyId("ec");
    byte[] json =
        new JsonWebKeySet(rsa, ec)
            .toJson(OutputControlLevel.PUBLIC_ONLY)
            .getBytes(StandardCharsets.UTF_8);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jwks",
        exchange -> {
          fetches.incrementAndGet();
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
    server.start();
    keys = new JwtKeys(uri("/jwks"));
    authority = new JwtAuthority(settings("roles"), keys, clock::get);
  }

  @AfterEach
  void stop() {
    keys.close();
    server.stop(0);
  }

  @Test
  void tokensOfTheIssuer_areTakenWithTheirRoles() throws Exception {
    keys.refresh();
    for (PublicJsonWebKey key : List.of(rsa, ec)) {
      Caller caller = authority.callerOf(token(key, claims())).orElseThrow();
      assertThat(caller.name()).isEqualTo("jwt:alice");
      assertThat(caller.roles()).containsExactly(Role.INFER);
      assertThat(caller.label()).isEqualTo("oidc");
    }
    JwtClaims nested = claims();
    nested.setClaim("realm_access", java.util.Map.of("roles", List.of("admin", "other")));
    assertThat(
            new JwtAuthority(settings("realm_access.roles"), keys)
                .callerOf(token(ec, nested))
                .orElseThrow()
                .roles())
        .containsExactly(Role.ADMIN);
    assertThat(authority.callerOf("no-token-of-this-kind")).isEmpty();
    assertThat(fetches).hasValue(1);
  }

  @Test
  void tokensThatAreNotValid_areRefusedWithTheReason() throws Exception {
    keys.refresh();
    JwtClaims expired = claims();
    expired.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 3600));
    assertRefused(token(rsa, expired), "it has expired");

    JwtClaims audience = claims();
    audience.setAudience("another");
    assertRefused(token(rsa, audience), "another audience; allowed: parallax");

    JwtClaims issuer = claims();
    issuer.setIssuer("https://elsewhere.test");
    assertRefused(token(rsa, issuer), "another issuer");

    JwtClaims early = claims();
    early.setNotBeforeMinutesInThePast(-10);
    assertRefused(token(rsa, early), "not valid yet");

    JwtClaims forever = new JwtClaims();
    forever.setIssuer(ISSUER);
    forever.setAudience("parallax");
    forever.setSubject("alice");
    assertRefused(token(rsa, forever), "no exp");

    PublicJsonWebKey forger = RsaJwkGenerator.generateJwk(2048);
    forger.setKeyId("rsa");
    assertRefused(token(forger, claims()), "signature is wrong");
    forger.setKeyId("unknown");
    assertRefused(token(forger, claims()), "by a key of the issuer");

    JsonWebSignature none = new JsonWebSignature();
    none.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    none.setAlgorithmHeaderValue("none");
    none.setPayload(claims().toJson());
    assertRefused(none.getCompactSerialization(), "RS256 or ES256");

    // the public key as an HMAC secret, the classic confusion
    JsonWebSignature confused = new JsonWebSignature();
    confused.setAlgorithmHeaderValue("HS256");
    confused.setKeyIdHeaderValue("rsa");
    confused.setPayload(claims().toJson());
    confused.setKey(new HmacKey(rsa.getPublicKey().getEncoded()));
    assertRefused(confused.getCompactSerialization(), "RS256 or ES256");

    String good = token(rsa, claims());
    assertRefused(good.substring(0, good.length() - 6) + "AAAAAA", "signature is wrong");
    assertRefused("a.b.c", "RS256 or ES256");
    assertRefused("a." + "b".repeat(9000) + ".c", "allowed: 8192");
  }

  @Test
  void aRememberedToken_endsWithItsTime() throws Exception {
    keys.refresh();
    String token = token(ec, claims());
    assertThat(authority.callerOf(token)).isPresent();
    clock.addAndGet(Duration.ofHours(1).toMillis());
    // verified anew, and by the JVM's clock it is still valid; an expired one is not remembered
    assertThat(authority.callerOf(token)).isPresent();
    JwtClaims expired = claims();
    expired.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 3600));
    String late = token(ec, expired);
    assertRefused(late, "expired");
    assertRefused(late, "expired");
  }

  @Test
  void withoutKeys_callersAreAskedToComeBack_andAFailedFetchKeepsTheOldOnes() throws Exception {
    String token = token(rsa, claims());
    RequestException e =
        catchThrowableOfType(RequestException.class, () -> authority.callerOf(token));
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.retryAfter()).isPresent();
    keys.refresh();
    assertThat(authority.callerOf(token)).isPresent();
    keys.refresh();
    assertThat(fetches).hasValue(1);

    try (JwtKeys broken = new JwtKeys(uri("/absent"))) {
      broken.refresh();
      assertThat(broken.keys().keys()).isEmpty();
    }
  }

  @Test
  void keysThatOthersCouldReplaceOnTheWay_areNotFetched() {
    assertThatThrownBy(
            () ->
                new JwtSettings(
                    URI.create("http://issuer.test/jwks"), "i", "a", "roles", Duration.ZERO))
        .hasMessageContaining("allowed: https://");
    assertThatThrownBy(
            () ->
                new JwtSettings(
                    URI.create("https://i.test/"), "i", "a", "roles", Duration.ofHours(1)))
        .hasMessageContaining("clock-skew");
  }

  private void assertRefused(String token, String why) {
    RequestException e =
        catchThrowableOfType(RequestException.class, () -> authority.callerOf(token));
    assertThat(e).as(why).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.UNAUTHENTICATED);
    assertThat(e.getMessage()).contains(why).doesNotContain("\n").doesNotContain(token);
  }

  private JwtSettings settings(String roles) {
    return new JwtSettings(uri("/jwks"), ISSUER, "parallax", roles, Duration.ofSeconds(30));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static JwtClaims claims() {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience("parallax");
    claims.setSubject("alice");
    claims.setExpirationTimeMinutesInTheFuture(10);
    claims.setStringListClaim("roles", "infer", "something-else");
    return claims;
  }

  private static String token(PublicJsonWebKey key, JwtClaims claims) throws Exception {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(key.getPrivateKey());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(key.getKeyType().equals("RSA") ? "RS256" : "ES256");
    return signature.getCompactSerialization();
  }
}
