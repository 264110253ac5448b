package dev.parallax.embedding.client;

import dev.parallax.embedding.client.EmbeddingClient.BatchListener;
import dev.parallax.embedding.client.StreamEvent.Answered;
import dev.parallax.embedding.client.StreamEvent.Ended;
import dev.parallax.embedding.client.StreamEvent.Refused;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceStub;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * All batches over as many streams as it takes. A batch stays here until it is answered, so a
 * stream that breaks loses nothing. The number in flight is halved when the service is full and
 * grows by one with every answer.
 */
final class BulkCall {
  private static final long FIRST_BACKOFF_MS = 50;
  private static final long MAX_BACKOFF_MS = 5_000;

  private final EmbeddingServiceStub stub;
  private final BulkSettings settings;
  private final ModelQuery query;
  private final Iterator<? extends List<InputImage>> batches;
  private final BatchListener answers;
  private final Map<Long, List<InputImage>> inFlight = new TreeMap<>();
  private final Deque<Batch> again = new ArrayDeque<>();
  private long next;
  private int window;
  private int failures;
  private long lastAnswer = System.nanoTime();

  private record Batch(long position, List<InputImage> images) {}

  BulkCall(
      EmbeddingServiceStub stub,
      BulkSettings settings,
      ModelQuery query,
      Iterator<? extends List<InputImage>> batches,
      BatchListener answers) {
    this.stub = stub;
    this.settings = settings;
    this.query = query;
    this.batches = batches;
    this.answers = answers;
    this.window = settings.batches();
  }

  void run() throws InterruptedException {
    while (hasMore()) {
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
        throw new InterruptedException("interrupted while embedding");
      }
      fill(stream);
      Optional<StreamEvent> event = stream.next(settings.patience());
      if (event.isEmpty()) {
        throw EmbeddingException.of(
            io.grpc.Status.DEADLINE_EXCEEDED.withDescription(
                "no answer within " + settings.patience().toSeconds() + " s"));
      }
      switch (event.get()) {
        case Answered(long id, var response) -> {
          List<InputImage> images = inFlight.remove(id);
          if (images != null) {
            lastAnswer = System.nanoTime();
            failures = 0;
            window = Math.min(window + 1, settings.batches());
            answers.answered(id, Embeddings.of(response, images.size()));
          }
        }
        case Refused(long id, EmbeddingException reason) -> {
          List<InputImage> images = inFlight.remove(id);
          if (images != null) {
            again.addLast(new Batch(id, images));
            pause(reason);
          }
        }
        case Ended(EmbeddingException reason) -> {
          takeBack();
          pause(reason);
          return;
        }
      }
    }
    stream.finish();
  }

  private void fill(EmbedStream stream) {
    while (inFlight.size() < window && (!again.isEmpty() || batches.hasNext())) {
      Batch batch = again.isEmpty() ? new Batch(next++, batches.next()) : again.removeFirst();
      inFlight.put(batch.position(), batch.images());
      stream.send(batch.position(), query.request(batch.images()));
    }
  }

  private void takeBack() {
    inFlight.forEach((position, images) -> again.addLast(new Batch(position, images)));
    inFlight.clear();
  }

  private void pause(EmbeddingException reason) throws InterruptedException {
    if (!reason.isTemporary() || System.nanoTime() - lastAnswer > settings.patience().toNanos()) {
      throw reason;
    }
    window = Math.max(1, window / 2);
    long most = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS << Math.min(failures++, 20));
    Duration asked = reason.retryAfter().orElse(Duration.ZERO);
    long chance = ThreadLocalRandom.current().nextLong(most) + 1;
    Thread.sleep(Math.min(MAX_BACKOFF_MS, Math.max(asked.toMillis(), chance)));
  }
}
