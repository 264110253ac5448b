package dev.parallax.cli.embed;

import dev.parallax.cli.CliException;
import dev.parallax.cli.client.Peer;
import dev.parallax.embedding.v1.EmbedOptions;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.ModelSelector;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sends a source through EmbedStream and hands out vectors in the order of the images. At most
 * {@value #IN_FLIGHT} batches are between the oldest that is not handed out and the newest that is
 * sent, which bounds memory.
 */
public final class EmbeddingRun {
  private static final int IN_FLIGHT = 6;
  private static final int MAX_RETRIES = 60;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Gets what became of each image. */
  public interface Listener {
    void vector(int index, float[] vector) throws IOException;

    void unreadable(int index, String why) throws IOException;
  }

  /**
   * @param batchImages images in a request, 1 to 256
   * @param model version 0: the newest that is ready, and the same for all images
   */
  public record Settings(ModelSelector model, EmbedOptions options, int batchImages) {
    public Settings {
      if (batchImages < 1 || batchImages > 256) {
        throw CliException.usage("--batch-images", batchImages, "1 to 256");
      }
    }
  }

  private final Settings settings;
  private final BatchReader reader;
  private final Listener listener;

  /** Batches that are not handed out, those that are answered among them. */
  private final Map<Long, Batch> sent = new HashMap<>();

  private final Map<Long, Integer> retries = new HashMap<>();
  private final TreeMap<Long, EmbedResponse> answered = new TreeMap<>();
  private long oldest;
  private boolean exhausted;

  public EmbeddingRun(Settings settings, Source source, Listener listener) {
    this.settings = settings;
    this.reader = new BatchReader(source, settings.batchImages());
    this.listener = listener;
  }

  /**
   * @throws CliException when the service refuses a request or goes away
   */
  public void run(Peer peer) throws IOException {
    try (EmbeddingStream stream = new EmbeddingStream(peer)) {
      while (true) {
        fill(stream);
        if (sent.isEmpty()) {
          return;
        }
        receive(stream, stream.take());
      }
    }
  }

  private void fill(EmbeddingStream stream) throws IOException {
    while (!exhausted && sent.size() < IN_FLIGHT) {
      Optional<Batch> batch = reader.next();
      if (batch.isEmpty()) {
        exhausted = true;
        return;
      }
      sent.put(batch.get().id(), batch.get());
      if (batch.get().images().isEmpty()) {
        answered.put(batch.get().id(), EmbedResponse.getDefaultInstance());
        handOut();
      } else {
        stream.send(batch.get().id(), request(batch.get()));
      }
    }
  }

  private void receive(EmbeddingStream stream, EmbedStreamResponse message) throws IOException {
    switch (message.getOutcomeCase()) {
      case RESPONSE -> {
        answered.put(message.getId(), message.getResponse());
        handOut();
      }
      case ERROR -> {
        Batch batch = sent.get(message.getId());
        int tries = retries.merge(message.getId(), 1, Integer::sum);
        if (message.getError().getCode() != Status.Code.RESOURCE_EXHAUSTED.value()
            || tries > MAX_RETRIES) {
          throw CliException.failure(message.getError().getMessage());
        }
        stream.pause(pause(tries));
        stream.send(batch.id(), request(batch));
      }
      case OUTCOME_NOT_SET ->
          throw CliException.failure("the embedding service sent an answer without an outcome");
    }
  }

  private void handOut() throws IOException {
    while (answered.containsKey(oldest)) {
      EmbedResponse response = answered.remove(oldest);
      Batch batch = sent.remove(oldest);
      retries.remove(oldest);
      oldest++;
      if (response.getResultsCount() != batch.indexes().size()) {
        throw CliException.failure(
            "the embedding service answered "
                + batch.indexes().size()
                + " images with "
                + response.getResultsCount()
                + " results");
      }
      TreeMap<Integer, EmbedResult> results = new TreeMap<>();
      for (int i = 0; i < batch.indexes().size(); i++) {
        results.put(batch.indexes().get(i), response.getResults(i));
      }
      batch
          .unreadable()
          .forEach((index, why) -> results.put(index, EmbedResult.getDefaultInstance()));
      for (Map.Entry<Integer, EmbedResult> result : results.entrySet()) {
        handOut(batch, result.getKey(), result.getValue());
      }
    }
  }

  private void handOut(Batch batch, int index, EmbedResult result) throws IOException {
    switch (result.getOutcomeCase()) {
      case VECTOR -> {
        float[] vector = new float[result.getVector().getValuesCount()];
        for (int d = 0; d < vector.length; d++) {
          vector[d] = result.getVector().getValues(d);
        }
        listener.vector(index, vector);
      }
      case ERROR -> listener.unreadable(index, result.getError().getMessage());
      case OUTCOME_NOT_SET ->
          listener.unreadable(
              index, batch.unreadable().getOrDefault(index, "the service gave no result"));
    }
  }

  private EmbedRequest request(Batch batch) {
    return EmbedRequest.newBuilder()
        .setModel(settings.model())
        .setOptions(settings.options())
        .addAllImages(batch.images())
        .build();
  }

  private static Duration pause(int tries) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
