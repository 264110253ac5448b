package dev.parallax.eval.client;

import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceStub;
import dev.parallax.eval.features.Embedder;
import dev.parallax.eval.features.ImageBatch;
import dev.parallax.eval.features.ServedModel;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Gets all batches embedded over as many streams as it takes. The number in flight is halved when
 * the service is full and grows by one with every answer. A batch stays in memory until it is
 * answered, so a stream that breaks loses nothing.
 */
final class Conversation {
  private final EmbeddingServiceStub stub;
  private final Embedder finder;
  private final ClientSettings settings;
  private final ServedModel model;
  private final Iterator<ImageBatch> batches;
  private final Embedder.Sink sink;
  private final Backoff backoff;
  private final Deque<ImageBatch> again = new ArrayDeque<>();
  private final Map<Long, ImageBatch> inFlight = new HashMap<>();
  private long nextId = 1;
  private int window;
  private boolean warned;

  Conversation(
      EmbeddingServiceStub stub,
      Embedder finder,
      ClientSettings settings,
      ServedModel model,
      Iterator<ImageBatch> batches,
      Embedder.Sink sink) {
    this.stub = stub;
    this.finder = finder;
    this.settings = settings;
    this.model = model;
    this.batches = batches;
    this.sink = sink;
    this.backoff = new Backoff(settings, System::nanoTime);
    this.window = settings.maxInFlight();
  }

  void run() throws InterruptedException {
    boolean first = true;
    while (hasMore()) {
      if (!first) {
        reconnect();
      }
      first = false;
      try (EmbedStream stream = new EmbedStream(stub)) {
        talk(stream);
      }
    }
  }

  private boolean hasMore() {
    return !again.isEmpty() || !inFlight.isEmpty() || batches.hasNext();
  }

  /** Until everything is answered or the stream breaks. */
  private void talk(EmbedStream stream) throws InterruptedException {
    while (hasMore()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled");
      }
      fill(stream);
      if (inFlight.isEmpty()) {
        continue;
      }
      Optional<StreamEvent> event = stream.next(settings.answerTimeout());
      if (event.isEmpty()) {
        String reason = "no answer within " + settings.answerTimeout().toSeconds() + " s";
        pause(backoff.failed(reason), reason);
        takeBack();
        return;
      }
      switch (event.get()) {
        case StreamEvent.Answered(long id, var response) -> {
          ImageBatch batch = inFlight.remove(id);
          if (batch != null) {
            BatchMessages.deliver(model, batch, response, sink);
            backoff.succeeded();
            window = Math.min(window + 1, settings.maxInFlight());
          }
        }
        case StreamEvent.Refused(long id, Status status) -> {
          ImageBatch batch = inFlight.remove(id);
          if (batch != null) {
            again.addLast(batch);
            refused(status);
          }
        }
        case StreamEvent.Ended(Status status) -> {
          takeBack();
          refused(status);
          return;
        }
      }
    }
    stream.finish();
  }

  private void fill(EmbedStream stream) {
    while (inFlight.size() < window && (!again.isEmpty() || batches.hasNext())) {
      ImageBatch batch = again.isEmpty() ? batches.next() : again.removeFirst();
      long id = nextId++;
      inFlight.put(id, batch);
      stream.send(id, BatchMessages.request(model, batch));
    }
  }

  private void takeBack() {
    again.addAll(inFlight.values());
    inFlight.clear();
  }

  private void refused(Status status) throws InterruptedException {
    String reason = GrpcEmbedder.description(status);
    if (!temporary(status.getCode())) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "the embedding service at %s answered %s for %s: %s"
              .formatted(settings.target(), status.getCode(), model, reason));
    }
    window = Math.max(1, window / 2);
    pause(backoff.failed(reason), reason);
  }

  /** A service that is back may be another: it must have the same model, byte for byte. */
  private void reconnect() throws InterruptedException {
    while (true) {
      try {
        ServedModel now = finder.find(model.name(), model.version(), model.output());
        if (!now.sha256().equals(model.sha256())) {
          throw RequestException.of(
              Kind.FAILED_PRECONDITION,
              "%s has another checksum than when the measurement began; versions are never mixed in one measurement"
                  .formatted(model));
        }
        return;
      } catch (RequestException e) {
        // right after its start a service may not have found its models yet
        if (e.kind() != Kind.UNAVAILABLE && e.kind() != Kind.NOT_FOUND) {
          throw e;
        }
        pause(backoff.failed(e.getMessage()), e.getMessage());
      }
    }
  }

  private void pause(Duration wait, String reason) throws InterruptedException {
    if (backoff.persists() && !warned) {
      warned = true;
      sink.warn("the embedding service refuses for now, waiting for it: " + reason);
    }
    Thread.sleep(wait);
  }

  private static boolean temporary(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, ABORTED, CANCELLED -> true;
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }
}
