package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.ServerProcess;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What only a process shows. Needs the packaged service, which a build makes after its tests;
 * skipped where it is not there.
 */
class PackagedServiceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path directory;
  private Path repository;

  @BeforeEach
  void packaged() {
    assumeTrue(
        Files.exists(ServerProcess.JAR), ServerProcess.JAR + " is not there: ./parallax build");
    repository = directory.resolve("models");
    new TestRepository(repository).publish("tiny", TINY);
  }

  @Test
  void aStoppingInstance_servesByHttpAsWellUntilTheDelayIsOver() throws Exception {
    // no test waits for the end of it
    List<String> delay = List.of("parallax.embedding.drain-delay=10m");
    try (ServerProcess service = new ServerProcess(repository, directory, delay);
        HttpCalls http = http(service)) {
      assertThat(http.get("v2/health/ready").status()).isEqualTo(200);
      service.terminate();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(service.health()).isEqualTo(ServingStatus.NOT_SERVING));
      assertThat(http.get("v2/health/ready").status()).isEqualTo(503);
      assertThat(http.get("q/health/ready").status()).isEqualTo(503);
      assertThat(http.get("v2/health/live").status()).isEqualTo(200);
      assertThat(http.post("v1/embeddings", request()).status()).isEqualTo(200);
    }
  }

  @Test
  void withoutADelay_itEndsByItself() throws Exception {
    try (ServerProcess service = new ServerProcess(repository, directory, List.of());
        HttpCalls http = http(service)) {
      assertThat(http.post("v1/embeddings", request()).status()).isEqualTo(200);
      service.terminate();
      service.awaitEnd();
      assertThat(service.log()).doesNotContain("\tat ").doesNotContain("ERROR");
    }
  }

  @Test
  void aConnectionThatIsResetInMidRequest_isNoReasonForAStackTrace() throws Exception {
    try (ServerProcess service = new ServerProcess(repository, directory, List.of());
        HttpCalls http = http(service)) {
      for (int i = 0; i < 20; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.httpPort())) {
          socket.getOutputStream().write("GET /v2 HT".getBytes(US_ASCII));
          // closes by a reset
          socket.setSoLinger(true, 0);
        }
      }
      assertThat(http.get("v2/health/live").status()).isEqualTo(200);
      service.terminate();
      service.awaitEnd();
      assertThat(service.log()).doesNotContain("\tat ");
    }
  }

  @Test
  void aDecoderThatIsNone_stopsTheStartWithOneLine() {
    assertThatThrownBy(
            () -> {
              try (ServerProcess service =
                  new ServerProcess(repository, directory, List.of("parallax.jpeg=turbo"))) {
                service.awaitEnd();
              }
            })
        .hasMessageContaining(
            "parallax embedding: parallax.jpeg (PARALLAX_JPEG) is turbo; allowed: auto, jdk\n");
  }

  private static HttpCalls http(ServerProcess service) {
    return new HttpCalls(URI.create("http://127.0.0.1:" + service.httpPort() + "/"));
  }

  private static String request() {
    byte[] file = TestImages.png(TINY.side(), TestImages.pixels(TINY.side(), 1));
    return "{\"model\": \"tiny\", \"input\": \"%s\"}"
        .formatted(Base64.getEncoder().encodeToString(file));
  }
}
