package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.HttpCalls.Reply;
import dev.parallax.embedding.fixtures.LoggedLines;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HttpAccessTest.Guarded.class)
class HttpAccessTest {
  private static final String READER = "reader-token-of-the-test";
  private static final String SLOW = "slow-token-of-the-test";
  private static final String OPEN_INFERENCE = "v2/models/tiny/infer";
  private static final String OPENAI = "v1/embeddings";

  @TestHTTPResource("/")
  URI root;

  private HttpCalls http;

  /** The service with a file of tokens, small messages and an access log. */
  public static final class Guarded implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(
          new TestResourceEntry(ServedRepository.class), new TestResourceEntry(Tokens.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
      return true;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parallax.embedding.access-log", "true",
          "quarkus.grpc.server.max-inbound-message-size", "65536");
    }
  }

  /** Tokens. */
  public static final class Tokens implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      try {
        Path tokens = Files.createTempFile("parallax-tokens", "");
        // an image in a quarter of an hour: no machine is so slow that one comes back meanwhile
        Files.writeString(
            tokens,
            "reader %s infer\nslow %s infer 0.001 10\n".formatted(sha256(READER), sha256(SLOW)));
        return Map.of("parallax.embedding.tokens-file", tokens.toString());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static String sha256(String token) throws Exception {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    }

    @Override
    public void stop() {}
  }

  @BeforeEach
  void connect() {
    http = new HttpCalls(root);
  }

  @AfterEach
  void disconnect() {
    http.close();
  }

  @Test
  void withoutAToken_nothingIsAnswered_andHealthElsewhereIs() throws Exception {
    for (Reply reply :
        List.of(
            http.get("v2"),
            http.get("v2/models/tiny"),
            http.post(OPEN_INFERENCE, openInference(1)),
            http.post(OPEN_INFERENCE, openInference(1), "Authorization", "Bearer wrong"))) {
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("www-authenticate")).isEqualTo("Bearer");
      assertThat(reply.error()).contains("token");
    }
    for (Reply reply : List.of(http.get("v1/models"), http.post(OPENAI, openAi(1)))) {
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.openAiError().getString("type")).isEqualTo("authentication_error");
      assertThat(reply.openAiError().getString("code")).isEqualTo("invalid_api_key");
    }
    assertThat(http.get("q/health/live").status()).isEqualTo(200);
  }

  @Test
  void aTokenWithTheRole_isServed_andABodyBeyondTheLimitIsNot() throws Exception {
    String[] reader = bearer(READER);
    assertThat(http.get("v2/models/tiny", reader).status()).isEqualTo(200);
    assertThat(http.get("v1/models", reader).status()).isEqualTo(200);
    assertThat(http.post(OPEN_INFERENCE, openInference(2), reader).status()).isEqualTo(200);
    assertThat(http.post(OPENAI, openAi(2), reader).status()).isEqualTo(200);

    Reply large = http.post(OPENAI, openAi(2) + " ".repeat(1 << 16), reader);
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.openAiError().getString("code")).isEqualTo("content_too_large");
    assertThat(large.openAiError().getString("message"))
        .contains("allowed: at most 65536, as quarkus.grpc.server.max-inbound-message-size says");
  }

  @Test
  void aCallerBeyondItsRate_isToldWhenToComeBack() throws Exception {
    String[] slow = bearer(SLOW);
    assertThat(http.post(OPENAI, openAi(6), slow).status()).isEqualTo(200);
    Reply openAi = http.post(OPENAI, openAi(6), slow);
    assertThat(openAi.status()).isEqualTo(429);
    assertThat(openAi.openAiError().getString("code")).isEqualTo("rate_limit_exceeded");
    assertThat(openAi.openAiError().getString("message"))
        .startsWith("slow has asked for more images");
    assertThat(Long.parseLong(openAi.header("retry-after"))).isPositive();
    assertThat(Long.parseLong(openAi.header("retry-after-ms"))).isPositive();
    Reply openInference = http.post(OPEN_INFERENCE, openInference(6), slow);
    assertThat(openInference.status()).isEqualTo(429);
    assertThat(openInference.error()).startsWith("slow has asked for more images");
    // what has no images costs nothing
    assertThat(http.get("v2/models/tiny", slow).status()).isEqualTo(200);
  }

  @Test
  void theAccessLog_tellsOfCallsByHttp_asOfThoseByGrpc() throws Exception {
    try (LoggedLines lines = new LoggedLines("parallax.access")) {
      http.post(OPENAI, openAi(2), bearer(READER));
      assertThat(line(lines, "client=reader method=POST:/v1/embeddings"))
          .startsWith("client=reader method=POST:/v1/embeddings model=tiny/1 images=2 bytes=")
          .contains(" status=OK ms=");
      http.post(OPEN_INFERENCE, openInference(1), bearer(READER));
      assertThat(line(lines, "client=reader method=POST:/v2/models/:model/infer"))
          .startsWith("client=reader method=POST:/v2/models/:model/infer model=tiny/1 images=1")
          .contains(" status=OK ms=");
      http.post(OPENAI, "{\"model\": 7}", bearer(READER));
      assertThat(line(lines, "client=reader method=POST:/v1/embeddings"))
          .contains(" bytes=12 status=INVALID_ARGUMENT");
      http.post(OPENAI, openAi(1));
      assertThat(line(lines, "client=127.0.0.1"))
          .startsWith("client=127.0.0.1 method=POST:/v1/embeddings model=- images=0 bytes=0")
          .contains(" status=UNAUTHENTICATED ms=");
    }
  }

  /** The next line with that beginning; calls of other tests may be told of late. */
  private static String line(LoggedLines lines, String start) throws InterruptedException {
    String line = lines.next();
    while (line != null && !line.startsWith(start)) {
      line = lines.next();
    }
    return line;
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  private static String openAi(int images) {
    return "{\"model\": \"tiny\", \"input\": [%s]}".formatted(files(images));
  }

  private static String openInference(int images) {
    return """
        {"inputs": [{"name": "image", "datatype": "BYTES", "shape": [%d], "data": [%s]}]}"""
        .formatted(images, files(images));
  }

  private static String files(int images) {
    byte[] file = TestImages.png(TINY.side(), TestImages.pixels(TINY.side(), 1));
    return String.join(
        ", ", Collections.nCopies(images, '"' + Base64.getEncoder().encodeToString(file) + '"'));
  }
}
