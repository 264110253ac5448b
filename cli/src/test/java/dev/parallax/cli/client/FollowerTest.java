package dev.parallax.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.cli.CliException;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.FakeService;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.v1.TrainerServiceGrpc;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.WatchTrainingJobRequest;
import dev.parallax.trainer.v1.WatchTrainingJobResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FollowerTest {
  /** Goes away after the first message of the first stream. */
  private static final class Restarting extends TrainerServiceGrpc.TrainerServiceImplBase {
    private final AtomicInteger streams = new AtomicInteger();

    @Override
    public void watchTrainingJob(
        WatchTrainingJobRequest request, StreamObserver<WatchTrainingJobResponse> observer) {
      if (streams.getAndIncrement() == 0) {
        observer.onNext(message(JobState.JOB_STATE_RUNNING));
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
      } else {
        observer.onNext(message(JobState.JOB_STATE_SUCCEEDED));
        observer.onCompleted();
      }
    }

    private static WatchTrainingJobResponse message(JobState state) {
      return WatchTrainingJobResponse.newBuilder()
          .setJob(TrainingJob.newBuilder().setStatus(JobStatus.newBuilder().setState(state)))
          .build();
    }
  }

  private static Trainer trainer(int port) {
    return new Trainer(Connector.plain().open("trainer", "--trainer", Target.local(port)));
  }

  @Test
  void jobs_areFollowedThroughARestartOfTheService() throws IOException {
    Server server = FakeService.start(0, new Restarting());
    List<JobState> seen = new ArrayList<>();
    try (Trainer trainer = trainer(server.getPort())) {
      trainer.follow("t1", job -> seen.add(job.getStatus().getState()));
    } finally {
      server.shutdownNow();
    }
    assertThat(seen).containsExactly(JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_SUCCEEDED);
  }

  @Test
  void services_thatWereNeverThereAreNotWaitedFor() throws IOException {
    Server server = FakeService.start(0);
    int port = server.getPort();
    server.shutdownNow();
    try (Trainer trainer = trainer(port)) {
      assertThatThrownBy(() -> trainer.follow("t1", job -> {}))
          .isInstanceOfSatisfying(
              CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNREACHABLE));
    }
  }

  @Test
  void peers_thatAreSomethingElseAreSaidToBe() throws IOException {
    Server server = FakeService.start(0);
    try (Trainer trainer = trainer(server.getPort())) {
      assertThatThrownBy(trainer::recipes)
          .hasMessageStartingWith(
              "what listens on 127.0.0.1:" + server.getPort() + " is not a trainer")
          .hasMessageEndingWith("say where it is with --trainer HOST:PORT");
    } finally {
      server.shutdownNow();
    }
  }
}
