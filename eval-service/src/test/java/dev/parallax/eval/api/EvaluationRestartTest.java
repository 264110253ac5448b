package dev.parallax.eval.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.eval.client.Channels;
import dev.parallax.eval.client.ClientSettings;
import dev.parallax.eval.client.GrpcEmbedder;
import dev.parallax.eval.evaluation.Measurement;
import dev.parallax.eval.features.FeatureCache;
import dev.parallax.eval.features.FeatureLimits;
import dev.parallax.eval.features.FeatureSource;
import dev.parallax.eval.fixtures.EmbeddingPeer;
import dev.parallax.eval.fixtures.ImageFolders;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.KnnProtocol;
import dev.parallax.platform.database.Database;
import dev.parallax.platform.jobs.JdbcJobStore;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobQueue;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EvaluationRestartTest {
  @TempDir Path home;

  @Test
  void evaluationThatRanWhenTheServiceEnded_isCarriedOutByTheNextLife() throws Exception {
    Path train = ImageFolders.write(home.resolve("train"), ImageFolders.CLASSES, 8, 1);
    Path test = ImageFolders.write(home.resolve("test"), ImageFolders.CLASSES, 4, 2);
    EvaluationSpec spec =
        EvaluationSpec.newBuilder()
            .setModel("pixels")
            .setTrainData(train.toString())
            .setTestData(test.toString())
            .setKnn(KnnProtocol.getDefaultInstance())
            .build();
    String id;
    try (EmbeddingPeer peer = new EmbeddingPeer()) {
      peer.hold();
      try (Life first = new Life(peer)) {
        id = first.queue.submit("", spec.toByteArray()).id();
        peer.awaitHeld();
      }
      peer.release();
      try (Life second = new Life(peer)) {
        CompletableFuture<Job> ended = new CompletableFuture<>();
        second.queue.watch(
            id,
            job -> {
              if (job.state().ended()) {
                ended.complete(job);
              }
            });
        Job job = ended.get(30, TimeUnit.SECONDS);

        assertThat(job.state()).as(job.error()).isEqualTo(Job.State.SUCCEEDED);
        assertThat(EvaluationMessages.full(job).getResult().getKnn().getAccuracy())
            .isGreaterThan(0.5);
      }
    }
  }

  /** The parts of the service between one start and its end. */
  private final class Life implements AutoCloseable {
    private final Cores cores = new Cores(2);
    private final ManagedChannel channel;
    private final Database database;
    private final JobQueue queue;

    Life(EmbeddingPeer peer) {
      channel = Channels.open(peer.target(), Optional.empty(), false, Optional.empty());
      database =
          Database.open(
              Database.h2Url(home),
              Optional.empty(),
              Optional.empty(),
              List.of("db/migration/V1__evaluations.sql"));
      FeatureSource source =
          new FeatureSource(
              new GrpcEmbedder(
                  channel,
                  new ClientSettings(
                      peer.target(),
                      4,
                      Duration.ofMillis(200),
                      Duration.ofSeconds(10),
                      Duration.ofSeconds(10),
                      Duration.ofMillis(5),
                      Duration.ofMillis(50))),
              new FeatureCache(home.resolve("features"), 1 << 20, Clock.systemUTC()),
              new FeatureLimits(8, 1 << 20, 1 << 20, 0.05));
      queue =
          new JobQueue(
              new JdbcJobStore(database.dataSource(), "evaluations"),
              new EvaluationRunner(new Measurement(source, cores), new SimpleMeterRegistry()),
              1,
              10);
      queue.start();
    }

    @Override
    public void close() {
      queue.close();
      database.close();
      channel.shutdownNow();
      cores.close();
    }
  }
}
