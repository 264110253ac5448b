package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parallax.embedding.client.EmbeddingClient;
import dev.parallax.embedding.client.InputImage;
import dev.parallax.embedding.fixtures.RollingRestarts;
import dev.parallax.embedding.fixtures.ServerProcess;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Needs the packaged service, which a build makes after its tests; skipped where it is not there.
 */
class RollingRestartTest {
  @TempDir Path directory;

  @BeforeEach
  void packaged() {
    assumeTrue(
        Files.exists(ServerProcess.JAR), ServerProcess.JAR + " is not there: ./parallax build");
  }

  @Test
  void instancesThatAreRestartedInTurn_failNoCall() throws Exception {
    RollingRestarts.Outcome outcome = RollingRestarts.run(directory, 1);
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.calls()).isGreaterThan(100);
    assertThat(outcome.batches()).isGreaterThan(10);
  }

  @Test
  void aStoppingInstance_saysSoFirst_andServesUntilTheDelayIsOver() throws Exception {
    Path repository = directory.resolve("models");
    new TestRepository(repository).publish("tiny", TINY);
    try (ServerProcess service =
            new ServerProcess(repository, directory, List.of("parallax.embedding.drain-delay=3s"));
        EmbeddingClient client =
            EmbeddingClient.builder().target("127.0.0.1:" + service.port()).build()) {
      List<InputImage> image =
          List.of(InputImage.pixels(TINY.side(), TINY.side(), TestImages.pixels(TINY.side(), 1)));
      client.embed("tiny", image);
      long asked = System.nanoTime();
      service.terminate();
      while (service.health() == ServingStatus.SERVING) {
        assertThat(System.nanoTime() - asked).isLessThan(TimeUnit.SECONDS.toNanos(3));
      }
      assertThat(service.health()).isEqualTo(ServingStatus.NOT_SERVING);
      service.awaitEnd();
      assertThat(System.nanoTime() - asked).isGreaterThan(TimeUnit.SECONDS.toNanos(3));
    }
  }
}
