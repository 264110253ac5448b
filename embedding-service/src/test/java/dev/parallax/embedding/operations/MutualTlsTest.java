package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.embedding.client.Attempts;
import dev.parallax.embedding.client.EmbeddingClient;
import dev.parallax.embedding.client.EmbeddingClientBuilder;
import dev.parallax.embedding.client.EmbeddingException;
import dev.parallax.embedding.client.InputImage;
import dev.parallax.embedding.client.Tls;
import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import io.grpc.Status;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(MutualTlsTest.Secured.class)
class MutualTlsTest {
  private static final String TOKEN = "reader-token-of-the-test";
  private static final String SLOW_TOKEN = "slow-token-of-the-test";

  @Inject ValueRegistry values;

  @TestHTTPResource("/")
  URI root;

  /** The service with mutual TLS and a file of tokens. */
  public static final class Secured implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(
          new TestResourceEntry(ServedRepository.class), new TestResourceEntry(Identities.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
      return true;
    }
  }

  /** Certificates and tokens. */
  public static final class Identities implements QuarkusTestResourceLifecycleManager {
    private static TestCertificates certificates;

    @Override
    public Map<String, String> start() {
      try {
        Path directory = Files.createTempDirectory("parallax-identities");
        certificates = new TestCertificates(directory);
        certificates.authority("ca");
        certificates.authority("stranger");
        certificates.certificate("server", "ca", "-1d", 2);
        certificates.certificate("client", "ca", "-1d", 2);
        certificates.certificate("expired", "ca", "-3d", 1);
        certificates.certificate("foreign", "stranger", "-1d", 2);
        Path tokens = directory.resolve("tokens");
        // 2 images a second: no machine is so slow that a call's worth comes back between two calls
        Files.writeString(
            tokens,
            "reader %s infer\nslow %s infer 2 10\n".formatted(sha256(TOKEN), sha256(SLOW_TOKEN)));
        return Map.of(
            "quarkus.grpc.server.ssl.certificate",
            certificates.pem("server").toString(),
            "quarkus.grpc.server.ssl.key",
            certificates.key("server").toString(),
            "quarkus.grpc.server.ssl.trust-store",
            certificates.trusting("ca").toString(),
            "quarkus.grpc.server.ssl.trust-store-password",
            TestCertificates.PASSWORD,
            "quarkus.grpc.server.ssl.client-auth",
            "REQUIRED",
            "quarkus.grpc.server.plain-text",
            "false",
            "parallax.embedding.http-api",
            "false",
            "parallax.embedding.tokens-file",
            tokens.toString());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static String sha256(String token) throws GeneralSecurityException {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    }

    @Override
    public void stop() {}
  }

  @Test
  void aClientOfTheAuthority_withAToken_isServed() {
    try (EmbeddingClient client = client(Optional.of("client")).token(TOKEN).build()) {
      assertThat(client.embed("tiny", List.of(image())).vectors()).hasNumberOfRows(1);
    }
  }

  @Test
  void certificatesThatAreExpired_foreignOrAbsent_areTurnedAway() {
    for (Optional<String> wrong :
        List.of(Optional.of("expired"), Optional.of("foreign"), Optional.<String>empty())) {
      try (EmbeddingClient client = client(wrong).token(TOKEN).build()) {
        EmbeddingException e =
            catchThrowableOfType(
                EmbeddingException.class, () -> client.embed("tiny", List.of(image())));
        assertThat(e).as(wrong.toString()).isNotNull();
        assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
  }

  @Test
  void aServerThatNobodyTrusts_isNotCalled() {
    EmbeddingClientBuilder suspicious =
        EmbeddingClient.builder()
            .target("127.0.0.1:" + values.get(GrpcServer.GRPC_PORT))
            .attempts(once())
            .tls(Tls.trusting(Identities.certificates.pem("stranger")))
            .token(TOKEN);
    try (EmbeddingClient client = suspicious.build()) {
      EmbeddingException e =
          catchThrowableOfType(
              EmbeddingException.class, () -> client.embed("tiny", List.of(image())));
      assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void httpTellsOnlyHealthAndMetrics_whereItsCallsAreShutOff() throws Exception {
    try (HttpCalls http = new HttpCalls(root)) {
      for (String path : List.of("v2", "v2/models/tiny", "v1/models")) {
        assertThat(http.get(path).status()).isEqualTo(404);
      }
      assertThat(http.get("q/health/live").status()).isEqualTo(200);
    }
  }

  @Test
  void aCertificateAlone_isNoToken_andAReaderIsHeldToItsRate() {
    try (EmbeddingClient client = client(Optional.of("client")).build()) {
      assertThat(
              catchThrowableOfType(
                      EmbeddingException.class, () -> client.embed("tiny", List.of(image())))
                  .code())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    try (EmbeddingClient client = client(Optional.of("client")).token(SLOW_TOKEN).build()) {
      List<InputImage> many = Collections.nCopies(12, image());
      client.embed("tiny", many);
      EmbeddingException e =
          catchThrowableOfType(EmbeddingException.class, () -> client.embed("tiny", many));
      assertThat(e.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(e).hasMessageContaining("slow has asked for more images");
      assertThat(e.retryAfter()).hasValueSatisfying(wait -> assertThat(wait).isPositive());
    }
    // with attempts of its own the client waits as it is told, and is served
    try (EmbeddingClient patient =
        client(Optional.of("client")).token(SLOW_TOKEN).attempts(Attempts.standard()).build()) {
      assertThat(patient.embed("tiny", Collections.nCopies(2, image())).vectors())
          .hasNumberOfRows(2);
    }
  }

  private EmbeddingClientBuilder client(Optional<String> identity) {
    TestCertificates certificates = Identities.certificates;
    Tls trusting = Tls.trusting(certificates.pem("ca"));
    return EmbeddingClient.builder()
        .target("127.0.0.1:" + values.get(GrpcServer.GRPC_PORT))
        .attempts(once())
        .tls(
            identity
                .map(name -> trusting.presenting(certificates.pem(name), certificates.key(name)))
                .orElse(trusting));
  }

  private static Attempts once() {
    return new Attempts.Retrying(1, Duration.ofMillis(1), Duration.ofMillis(1));
  }

  private static InputImage image() {
    return InputImage.pixels(TINY.side(), TINY.side(), TestImages.pixels(TINY.side(), 1));
  }
}
