package dev.parallax.embedding.api;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.embedding.batching.Batcher;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ModelSelector;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class EmbedStreamTest {
  private static final int MESSAGES = 300;
  private static final int IMAGES = 7;

  @Inject ValueRegistry values;
  @Inject Batcher batcher;
  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .usePlaintext()
            .build();
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void everyMessage_isAnsweredUnderItsId_andABadOneDoesNotEndTheStream() throws Exception {
    Sender sender = new Sender();
    EmbeddingServiceGrpc.newStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .embedStream(sender);
    Map<Long, EmbedStreamResponse> answers = sender.done.get(30, TimeUnit.SECONDS);
    assertThat(answers).hasSize(MESSAGES);
    try (Reference reference = new Reference(TINY)) {
      for (long id = 0; id < MESSAGES; id++) {
        if (id % 50 == 49) {
          assertThat(answers.get(id).getError().getCode()).isEqualTo(Status.Code.NOT_FOUND.value());
          continue;
        }
        float[] expected = reference.embed(TestImages.pixels(TINY.side(), id));
        for (int i = 0; i < IMAGES; i++) {
          assertThat(answers.get(id).getResponse().getResults(i).getVector().getValues(0))
              .isCloseTo(expected[0], within(1e-5f * Math.max(1, Math.abs(expected[0]))));
        }
      }
    }
    assertThat(batcher.admitted()).isZero();
  }

  /** Sends when the transport takes more. */
  private static final class Sender
      implements ClientResponseObserver<EmbedStreamRequest, EmbedStreamResponse> {
    private final Map<Long, EmbedStreamResponse> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<Map<Long, EmbedStreamResponse>> done =
        new CompletableFuture<>();
    private long next;

    @Override
    public void beforeStart(ClientCallStreamObserver<EmbedStreamRequest> out) {
      out.setOnReadyHandler(
          () -> {
            while (out.isReady() && next < MESSAGES) {
              out.onNext(message(next++));
              if (next == MESSAGES) {
                out.onCompleted();
              }
            }
          });
    }

    @Override
    public void onNext(EmbedStreamResponse answer) {
      answers.put(answer.getId(), answer);
    }

    @Override
    public void onError(Throwable t) {
      done.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      done.complete(answers);
    }
  }

  private static EmbedStreamRequest message(long id) {
    Image image = TestImages.raw(TINY.side(), TestImages.pixels(TINY.side(), id));
    EmbedRequest.Builder request =
        EmbedRequest.newBuilder()
            .setModel(ModelSelector.newBuilder().setModel(id % 50 == 49 ? "nowhere" : "tiny"));
    for (int i = 0; i < IMAGES; i++) {
      request.addImages(image);
    }
    return EmbedStreamRequest.newBuilder().setId(id).setRequest(request).build();
  }
}
