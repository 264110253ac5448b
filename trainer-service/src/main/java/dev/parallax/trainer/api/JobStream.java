package dev.parallax.trainer.api;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobWatch;
import dev.parallax.trainer.control.TrainingJobs;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.WatchTrainingJobResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;

/**
 * One client that watches one job: waits while the client reads slowly, and then sends the newest
 * state only.
 */
final class JobStream {
  private final TrainingJobs jobs;
  private final ServerCallStreamObserver<WatchTrainingJobResponse> client;
  private boolean gone;
  private JobWatch watch;
  private long lastStepSent = Long.MIN_VALUE;

  JobStream(TrainingJobs jobs, ServerCallStreamObserver<WatchTrainingJobResponse> client) {
    this.jobs = jobs;
    this.client = client;
  }

  /**
   * @throws RequestException when there is no such job
   */
  void open(String id) {
    client.setOnCancelHandler(this::leave);
    client.setOnReadyHandler(this::wake);
    keep(jobs.watch(id, this::send, this::abandon));
  }

  private void send(Job job) {
    if (!awaitReady()) {
      return;
    }
    List<TrainingPoint> points =
        jobs.points(job.id()).stream().filter(point -> point.getStep() > lastStepSent).toList();
    if (!points.isEmpty()) {
      lastStepSent = points.getLast().getStep();
    }
    client.onNext(
        WatchTrainingJobResponse.newBuilder().setJob(TrainingJobMessages.of(job, points)).build());
    if (job.state().ended()) {
      client.onCompleted();
    }
  }

  private void abandon() {
    client.onError(
        Statuses.of(
            RequestException.retryable(
                Kind.UNAVAILABLE,
                "the trainer is stopping; the job goes on when it runs again",
                Duration.ofSeconds(10))));
  }

  private synchronized boolean awaitReady() {
    try {
      while (!gone && !client.isReady()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !gone;
  }

  private synchronized void wake() {
    notifyAll();
  }

  private synchronized void keep(JobWatch opened) {
    watch = opened;
    if (gone) {
      opened.close();
    }
  }

  private synchronized void leave() {
    gone = true;
    notifyAll();
    if (watch != null) {
      watch.close();
    }
  }
}
