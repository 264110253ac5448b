package dev.parallax.trainer.control;

import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.WorkerEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** One run of one worker, from its start to its end. */
final class Attempt {
  /** How it came out. */
  sealed interface Outcome {
    record Published(PublishedModel model) implements Outcome {}

    /**
     * The worker said why.
     *
     * @param message one line
     */
    record Failed(String message) implements Outcome {}

    /**
     * The worker ended without a word.
     *
     * @param lastWords end of its log, one line, may be empty
     */
    record Died(WorkerExit exit, String lastWords, String logLocation) implements Outcome {}
  }

  private static final Logger LOG = Logger.getLogger(Attempt.class);
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final Worker worker;
  private final Consumer<WorkerEvent> reports;
  private volatile Optional<Outcome> said = Optional.empty();

  private Attempt(Worker worker, Consumer<WorkerEvent> reports) {
    this.worker = worker;
    this.reports = reports;
  }

  /**
   * @param reports gets every progress, point and warning, on a thread that is never interrupted
   * @param grace see {@link Worker#stop}
   * @throws InterruptedException after the worker has been stopped, unless it had published by then
   */
  static Outcome run(Worker worker, Consumer<WorkerEvent> reports, Duration grace)
      throws InterruptedException {
    return new Attempt(worker, reports).run(grace);
  }

  private Outcome run(Duration grace) throws InterruptedException {
    Thread reader = Thread.ofPlatform().daemon().name("worker-events").start(this::read);
    try {
      WorkerExit exit = worker.waitFor();
      reader.join(DRAIN);
      return said.orElseGet(() -> new Outcome.Died(exit, worker.lastWords(), worker.logLocation()));
    } catch (InterruptedException e) {
      worker.stop(grace);
      reader.join(DRAIN);
      if (said.orElse(null) instanceof Outcome.Published published) {
        return published;
      }
      throw e;
    }
  }

  private void read() {
    EventReader events = new EventReader(worker.events());
    try {
      for (Optional<WorkerEvent> event = events.next(); event.isPresent(); event = events.next()) {
        accept(event.get());
      }
    } catch (IOException e) {
      LOG.debug("the worker's output ended", e);
    }
  }

  private void accept(WorkerEvent event) {
    try {
      switch (event.getEventCase()) {
        case PUBLISHED -> said = Optional.of(new Outcome.Published(event.getPublished()));
        case FAILED -> said = Optional.of(new Outcome.Failed(event.getFailed()));
        case PROGRESS, POINT, WARNING -> reports.accept(event);
        case EVENT_NOT_SET -> LOG.debug("an event of a newer worker is passed over");
      }
    } catch (RuntimeException e) {
      LOG.warnf("a report of the worker is lost: %s", e.getMessage());
    }
  }
}
