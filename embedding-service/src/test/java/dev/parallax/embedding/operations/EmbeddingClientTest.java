package dev.parallax.embedding.operations;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.embedding.client.Attempts;
import dev.parallax.embedding.client.BulkSettings;
import dev.parallax.embedding.client.EmbeddingClient;
import dev.parallax.embedding.client.EmbeddingException;
import dev.parallax.embedding.client.Embeddings;
import dev.parallax.embedding.client.InputImage;
import dev.parallax.embedding.client.ModelQuery;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import io.grpc.Status;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class EmbeddingClientTest {
  private static final int SIDE = TINY.side();

  @Inject ValueRegistry values;
  private EmbeddingClient client;

  @BeforeEach
  void connect() {
    client =
        EmbeddingClient.builder()
            .target("dns:///127.0.0.1:" + values.get(GrpcServer.GRPC_PORT))
            .token("a-token-that-nobody-asks-for")
            .deadline(Duration.ofSeconds(20))
            .build();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void filesAndPixels_giveTheVectorsOfOnnxRuntime() throws Exception {
    byte[] pixels = TestImages.pixels(SIDE, 5);
    Embeddings answer =
        client.embed(
            "tiny",
            List.of(
                InputImage.pixels(SIDE, SIDE, pixels),
                InputImage.encoded(TestImages.png(SIDE, pixels))));
    assertThat(answer.model()).isEqualTo("tiny");
    assertThat(answer.version()).isEqualTo(1);
    assertThat(answer.timings().compute()).isPositive();
    try (Reference reference = new Reference(TINY)) {
      for (float[] vector : answer.vectors()) {
        assertThat(vector).containsExactly(reference.embed(pixels), within(1e-4f));
      }
    }
    assertThat(
            client
                .embedAsync(
                    ModelQuery.of("tiny").withOutput("projection").normalized().withPriority(1),
                    List.of(image(1)))
                .get(20, TimeUnit.SECONDS)
                .vectors()[0])
        .satisfies(
            vector ->
                assertThat(
                        IntStream.range(0, vector.length)
                            .mapToDouble(i -> vector[i] * vector[i])
                            .sum())
                    .isCloseTo(1, within(1e-5)));
    assertThat(client.models()).anyMatch(model -> model.getManifest().getModel().equals("tiny"));
    assertThat(client.model("tiny", 0).getManifest().getVersion()).isEqualTo(1);
  }

  @Test
  void whatIsWrong_isSaidInOneLine_withItsCodeAndField() {
    EmbeddingException output =
        catchThrowableOfType(
            EmbeddingException.class,
            () -> client.embed(ModelQuery.of("tiny").withOutput("logits"), List.of(image(1))));
    assertThat(output.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(output.field()).isEqualTo("options.output");
    assertThat(output.isTemporary()).isFalse();
    assertThat(output.getMessage()).doesNotContain("\n").contains("logits");

    Embeddings mixed = client.embed("tiny", List.of(image(1), InputImage.encoded(new byte[0])));
    assertThat(mixed.results().get(0)).isInstanceOf(Embeddings.Result.Embedded.class);
    assertThatThrownBy(mixed::vectors).hasMessageStartingWith("image 1 has no vector");

    try (EmbeddingClient nobody = EmbeddingClient.builder().target("127.0.0.1:1").build()) {
      EmbeddingException e =
          catchThrowableOfType(
              EmbeddingException.class, () -> nobody.embed("tiny", List.of(image(1))));
      assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(e.isTemporary()).isTrue();
    }
    assertThatThrownBy(
            () ->
                EmbeddingClient.builder()
                    .target("dns:///far.test:1")
                    .token("secret-secret-secret")
                    .build())
        .hasMessageContaining("readable")
        .message()
        .doesNotContain("secret-secret");
    assertThatThrownBy(() -> EmbeddingClient.builder().build()).hasMessageContaining("target");
    assertThatThrownBy(() -> ModelQuery.of("tiny").withPriority(6))
        .hasMessage("priority is 6; allowed: 1 (highest) to 5, or 0 for the default");
  }

  @Test
  void hedging_answersAsUsual() {
    try (EmbeddingClient hedged =
        EmbeddingClient.builder()
            .target("127.0.0.1:" + values.get(GrpcServer.GRPC_PORT))
            .attempts(new Attempts.Hedged(2, Duration.ofMillis(1)))
            .build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(hedged.embed("tiny", List.of(image(i))).vectors()).hasNumberOfRows(1);
      }
    }
  }

  @Test
  void aStream_answersEveryBatchOnce_andTakesNoMoreThanItsWindow() throws Exception {
    int batches = 1000;
    int window = 4;
    BitSet answered = new BitSet();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger ahead = new AtomicInteger();
    Iterator<List<InputImage>> source =
        Stream.iterate(0, i -> i + 1)
            .limit(batches)
            .map(
                i -> {
                  taken.incrementAndGet();
                  return List.of(image(i), image(i));
                })
            .iterator();
    try (EmbeddingClient bulk =
        EmbeddingClient.builder()
            .target("127.0.0.1:" + values.get(GrpcServer.GRPC_PORT))
            .bulk(new BulkSettings(window, Duration.ofSeconds(20)))
            .build()) {
      bulk.embedStream(
          ModelQuery.of("tiny"),
          source,
          (batch, answer) -> {
            assertThat(answered.get((int) batch)).isFalse();
            assertThat(answer.vectors()).hasNumberOfRows(2);
            ahead.accumulateAndGet(taken.get() - answered.cardinality(), Math::max);
            answered.set((int) batch);
          });
    }
    assertThat(answered.cardinality()).isEqualTo(batches);
    // the iterator of a stream looks one ahead
    assertThat(ahead.get()).isLessThanOrEqualTo(window + 1);

    assertThatThrownBy(
            () ->
                client.embedStream(
                    ModelQuery.of("nowhere"), List.of(List.of(image(1))).iterator(), (b, a) -> {}))
        .isInstanceOf(EmbeddingException.class)
        .hasMessageContaining("nowhere");
  }

  private static InputImage image(int seed) {
    return InputImage.pixels(SIDE, SIDE, TestImages.pixels(SIDE, seed));
  }
}
