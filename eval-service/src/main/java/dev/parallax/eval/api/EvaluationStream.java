package dev.parallax.eval.api;

import dev.parallax.eval.v1.WatchEvaluationResponse;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobQueue;
import dev.parallax.platform.jobs.JobWatch;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;

/**
 * One client that watches one evaluation: while the client reads slowly states are skipped, the
 * last one never is.
 */
final class EvaluationStream {
  private final JobQueue queue;
  private final ServerCallStreamObserver<WatchEvaluationResponse> client;
  private boolean gone;
  private JobWatch watch;

  EvaluationStream(JobQueue queue, ServerCallStreamObserver<WatchEvaluationResponse> client) {
    this.queue = queue;
    this.client = client;
  }

  /**
   * @throws RequestException when there is no such evaluation
   */
  void open(String id) {
    client.setOnCancelHandler(this::leave);
    client.setOnReadyHandler(this::wake);
    keep(queue.watch(id, this::send, this::abandon));
  }

  private void send(Job job) {
    if (!awaitReady()) {
      return;
    }
    client.onNext(
        WatchEvaluationResponse.newBuilder().setEvaluation(EvaluationMessages.brief(job)).build());
    if (job.state().ended()) {
      client.onCompleted();
    }
  }

  private void abandon() {
    client.onError(
        Statuses.of(
            RequestException.retryable(
                Kind.UNAVAILABLE,
                "the eval service is stopping; the evaluation goes on when it runs again",
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
