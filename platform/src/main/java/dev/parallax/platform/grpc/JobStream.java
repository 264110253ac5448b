package dev.parallax.platform.grpc;

import static java.util.Objects.requireNonNull;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobWatch;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One client that watches one job: while the client reads slowly states are skipped, the last one
 * never is.
 *
 * @param <R> what the client is sent of a state
 */
public final class JobStream<R> {
  private static final Duration RESTART = Duration.ofSeconds(10);

  private final ServerCallStreamObserver<R> client;
  private final Function<Job, R> shown;
  private final String stopping;
  private boolean gone;
  private JobWatch watch;

  /** Where the states come from, as {@code JobQueue.watch}. */
  @FunctionalInterface
  public interface Source {
    JobWatch watch(String id, Consumer<Job> listener, Runnable abandoned);
  }

  /**
   * @param shown called for one state at a time, on the watch's thread
   * @param stopping what the client is told, UNAVAILABLE, when the service stops before the job
   *     ends
   */
  public JobStream(ServerCallStreamObserver<R> client, Function<Job, R> shown, String stopping) {
    this.client = requireNonNull(client, "client is null");
    this.shown = requireNonNull(shown, "shown is null");
    this.stopping = requireNonNull(stopping, "stopping is null");
  }

  /**
   * Sends the job's states until it ends, the client leaves or the source is closed.
   *
   * @throws RequestException as the source does: NOT_FOUND, RESOURCE_EXHAUSTED
   */
  public void open(Source source, String id) {
    client.setOnCancelHandler(this::leave);
    client.setOnReadyHandler(this::wake);
    keep(source.watch(id, this::send, this::abandon));
  }

  private void send(Job job) {
    if (!awaitReady()) {
      return;
    }
    client.onNext(shown.apply(job));
    if (job.state().ended()) {
      client.onCompleted();
    }
  }

  private void abandon() {
    client.onError(Statuses.of(RequestException.retryable(Kind.UNAVAILABLE, stopping, RESTART)));
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
