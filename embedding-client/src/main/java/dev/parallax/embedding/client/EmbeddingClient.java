package dev.parallax.embedding.client;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.ModelSelector;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Embeds images by the embedding service. Thread-safe; one client for a program is enough, for it
 * keeps a connection to every instance of the service and spreads its calls over them.
 *
 * <p>Every method throws {@link EmbeddingException} when the service cannot be reached or refuses.
 */
public final class EmbeddingClient implements AutoCloseable {
  private static final int PAGE = 1000;

  private final ManagedChannel channel;
  private final Duration deadline;
  private final BulkSettings bulk;

  EmbeddingClient(ManagedChannel channel, Duration deadline, BulkSettings bulk) {
    this.channel = requireNonNull(channel, "channel is null");
    this.deadline = requireNonNull(deadline, "deadline is null");
    this.bulk = requireNonNull(bulk, "bulk is null");
  }

  public static EmbeddingClientBuilder builder() {
    return new EmbeddingClientBuilder();
  }

  /** Embeds images with the newest version of a model. */
  public Embeddings embed(String model, List<InputImage> images) {
    return embed(ModelQuery.of(model), images);
  }

  /**
   * Embeds images in one call; the service takes up to 256 unless it is set otherwise.
   *
   * @throws EmbeddingException also CANCELLED when the thread is interrupted
   */
  public Embeddings embed(ModelQuery query, List<InputImage> images) {
    EmbedRequest request = query.request(images);
    return Embeddings.of(called(() -> stub().embed(request)), images.size());
  }

  /**
   * The same without waiting.
   *
   * @return fails with {@link EmbeddingException}; cancelling it cancels the call
   */
  public CompletableFuture<Embeddings> embedAsync(ModelQuery query, List<InputImage> images) {
    int count = images.size();
    ClientCall<EmbedRequest, EmbedResponse> call =
        channel.newCall(EmbeddingServiceGrpc.getEmbedMethod(), stub().getCallOptions());
    CompletableFuture<Embeddings> answer = new CompletableFuture<>();
    var _ =
        answer.whenComplete(
            (embeddings, failure) -> {
              if (answer.isCancelled()) {
                call.cancel("the caller waits no more", null);
              }
            });
    ClientCalls.asyncUnaryCall(call, query.request(images), new Answer(answer, count));
    return answer;
  }

  private record Answer(CompletableFuture<Embeddings> answer, int images)
      implements StreamObserver<EmbedResponse> {
    @Override
    public void onNext(EmbedResponse response) {
      try {
        answer.complete(Embeddings.of(response, images));
      } catch (EmbeddingException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onError(Throwable t) {
      answer.completeExceptionally(EmbeddingException.of(t));
    }

    @Override
    public void onCompleted() {}
  }

  /**
   * Embeds any number of batches over a stream, in constant memory: no more than {@link
   * BulkSettings#batches} are taken from {@code batches} and not answered. A stream that breaks, as
   * when an instance stops, goes on at another one without loss. Runs in the calling thread.
   *
   * @param batches each of 1 to 256 images; what it throws ends the stream
   * @param answers hears each batch once, in the order in which they are done
   * @throws EmbeddingException when nothing was answered for {@link BulkSettings#patience}, or a
   *     batch was refused for good
   */
  public void embedStream(
      ModelQuery query, Iterator<? extends List<InputImage>> batches, BatchListener answers)
      throws InterruptedException {
    new BulkCall(EmbeddingServiceGrpc.newStub(channel), bulk, query, batches, answers).run();
  }

  /** Hears the answers of a stream. */
  @FunctionalInterface
  public interface BatchListener {
    /**
     * @param batch position in the iterator, from 0
     */
    void answered(long batch, Embeddings answer);
  }

  /** All models and versions of the service's repository, by name, newest version first. */
  public List<Model> models() {
    List<Model> models = new ArrayList<>();
    String token = "";
    do {
      ListModelsRequest request =
          ListModelsRequest.newBuilder().setPageSize(PAGE).setPageToken(token).build();
      ListModelsResponse page = called(() -> stub().listModels(request));
      models.addAll(page.getModelsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return models;
  }

  /**
   * One version with its state and manifest.
   *
   * @param version 0: the newest that is ready
   */
  public Model model(String name, long version) {
    GetModelRequest request =
        GetModelRequest.newBuilder()
            .setModel(ModelSelector.newBuilder().setModel(name).setVersion(version))
            .build();
    return called(() -> stub().getModel(request));
  }

  private EmbeddingServiceBlockingStub stub() {
    return EmbeddingServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static <T> T called(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw EmbeddingException.of(e);
    }
  }

  /** Ends the calls in flight and the connections. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
