package dev.parallax.embedding.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.batching.Priority;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.monitor.ServingMonitor.Drop;
import dev.parallax.embedding.monitor.ServingMonitor.Refusal;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Unreadable;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbedderTest {
  private static final TinyModel TINY = new TinyModel(8, 5, 1);
  private static final float TOLERANCE = 1e-5f;

  @TempDir Path root;
  private final ManualExecutor compute = new ManualExecutor();
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(root, new BatchSettings(16, 1, 64), compute, Runnable::run, 1);
    bench.repository.publish("m", TINY);
    bench.catalog.refresh().join();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void vectors_areThoseOfOnnxRuntime_whateverTheBatch() throws Exception {
    List<CompletableFuture<EmbedAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(
          bench.embedder.embed(
              call(pixels(i), pixels(100 + i)), CallLife.unbounded(), WhenFull.REFUSE));
    }
    compute.runAll();

    assertThat(bench.monitor.batches).containsExactly(10);
    try (Reference reference = new Reference(TINY)) {
      for (int i = 0; i < 5; i++) {
        EmbedAnswer answer = answers.get(i).join();
        assertClose(answer.outcomes().get(0), reference.embed(TestImages.pixels(8, i)));
        assertClose(answer.outcomes().get(1), reference.embed(TestImages.pixels(8, 100 + i)));
        assertThat(answer.version()).isEqualTo(1);
      }
    }
  }

  @Test
  void aBatch_mayAskForDifferentOutputs() throws Exception {
    var embedding = bench.embedder.embed(call(pixels(1)), CallLife.unbounded(), WhenFull.REFUSE);
    var projection =
        bench.embedder.embed(
            new EmbedCall("m", 0, List.of(pixels(1)), "projection", false),
            CallLife.unbounded(),
            WhenFull.REFUSE);
    compute.runAll();
    assertThat(bench.monitor.batches).containsExactly(2);
    try (Reference reference = new Reference(TINY)) {
      assertClose(embedding.join().outcomes().getFirst(), reference.embed(TestImages.pixels(8, 1)));
      assertClose(
          projection.join().outcomes().getFirst(),
          reference.output(TestImages.pixels(8, 1), "projection"));
    }
  }

  @Test
  void aCall_mayAskForSeveralOutputsOfOneRun() throws Exception {
    var both =
        bench.embedder.embed(
            new EmbedCall(
                ModelQuery.of("m", 0),
                List.of(pixels(1), pixels(2)),
                List.of("projection", "embedding", "projection"),
                false,
                Priority.DEFAULT),
            CallLife.unbounded(),
            WhenFull.REFUSE);
    compute.runAll();
    assertThat(bench.monitor.batches).containsExactly(2);
    try (Reference reference = new Reference(TINY)) {
      for (int i = 0; i < 2; i++) {
        Embedded image = (Embedded) both.join().outcomes().get(i);
        byte[] pixels = TestImages.pixels(8, i + 1);
        assertThat(image.vectors()).hasSize(2);
        assertClose(image.vectors().get(0), reference.output(pixels, "projection"));
        assertClose(image.vectors().get(1), reference.embed(pixels));
      }
    }
  }

  @Test
  void l2Normalize_givesUnitLength() {
    var answer =
        bench.embedder.embed(
            new EmbedCall("m", 0, List.of(pixels(1)), "", true),
            CallLife.unbounded(),
            WhenFull.REFUSE);
    compute.runAll();
    FloatBuffer vector = ((Embedded) answer.join().outcomes().getFirst()).vector();
    double squares = 0;
    for (int i = 0; i < vector.limit(); i++) {
      squares += vector.get(i) * vector.get(i);
    }
    assertThat(squares).isCloseTo(1, within(1e-6));
  }

  @Test
  void anUnreadableImage_doesNotFailItsNeighbours() {
    var answer =
        bench.embedder.embed(
            call(
                pixels(1),
                new ImageInput.Encoded(ByteString.EMPTY),
                pixels(2),
                new ImageInput.Encoded(ByteString.copyFromUtf8("a text file")),
                new ImageInput.Pixels(8, 8, ByteString.copyFrom(new byte[191])),
                new ImageInput.Pixels(0, 8, ByteString.EMPTY),
                new ImageInput.Pixels(100_000, 100_000, ByteString.EMPTY),
                new ImageInput.Nothing()),
            CallLife.unbounded(),
            WhenFull.REFUSE);
    compute.runAll();
    List<EmbedAnswer.Outcome> outcomes = answer.join().outcomes();
    assertThat(outcomes.get(0)).isInstanceOf(Embedded.class);
    assertThat(outcomes.get(2)).isInstanceOf(Embedded.class);
    assertUnreadable(outcomes.get(1), "0 bytes");
    assertUnreadable(outcomes.get(3), "");
    assertUnreadable(
        outcomes.get(4), "pixels.rgb has 191 bytes; allowed: width * height * 3 = 192");
    assertUnreadable(outcomes.get(5), "pixels.width is 0");
    assertUnreadable(outcomes.get(6), "pixels.width is 100000");
    assertUnreadable(outcomes.get(7), "no content");
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void aFullQueue_refusesAtOnce_oneImageOrMany_andServesAgainWhenThereIsRoom() {
    var first = bench.embedder.embed(many(32), CallLife.unbounded(), WhenFull.REFUSE);
    var second = bench.embedder.embed(many(31), CallLife.unbounded(), WhenFull.REFUSE);
    assertRefused(bench.embedder.embed(many(2), CallLife.unbounded(), WhenFull.REFUSE));
    var third = bench.embedder.embed(many(1), CallLife.unbounded(), WhenFull.REFUSE);
    assertRefused(bench.embedder.embed(many(1), CallLife.unbounded(), WhenFull.REFUSE));
    assertThat(bench.monitor.refusals).containsExactly(Refusal.QUEUE_FULL, Refusal.QUEUE_FULL);

    compute.runAll();
    assertThat(first.join().outcomes()).hasSize(32);
    assertThat(second.join().outcomes()).hasSize(31);
    assertThat(third.join().outcomes()).hasSize(1);
    assertThat(bench.monitor.batches).containsExactly(16, 16, 16, 16);
    assertThat(bench.batcher.admitted()).isZero();
  }

  private static void assertRefused(CompletableFuture<EmbedAnswer> refused) {
    assertThat(refused).isCompletedExceptionally();
    assertThatThrownBy(refused::join)
        .cause()
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
              assertThat(e.retryAfter()).isPresent();
            });
  }

  @Test
  void aPatientCall_waitsForRoom() {
    var stream = bench.embedder.embed(many(32), CallLife.unbounded(), WhenFull.WAIT);
    var waiting = bench.embedder.embed(many(8), CallLife.unbounded(), WhenFull.WAIT);
    var prompt = bench.embedder.embed(many(24), CallLife.unbounded(), WhenFull.REFUSE);
    assertThat(bench.batcher.waiting()).isEqualTo(56);
    compute.runAll();
    assertThat(List.of(stream, waiting, prompt))
        .allMatch(CompletableFuture::isDone)
        .noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void aCancelledCall_isNotComputed_andFreesItsRoomAtOnce() {
    CallLife life = new CallLife(OptionalLong.empty());
    var answer = bench.embedder.embed(many(10), life, WhenFull.REFUSE);
    var neighbour = bench.embedder.embed(many(1), CallLife.unbounded(), WhenFull.REFUSE);
    life.cancel();
    assertEnded(answer, Kind.CANCELLED);
    assertThat(bench.batcher.admitted()).isEqualTo(1);

    compute.runAll();
    assertThat(bench.monitor.batches).containsExactly(1);
    assertThat(bench.monitor.drops).hasSize(10).containsOnly(Drop.CANCELLED);
    assertThat(neighbour.join().outcomes()).hasSize(1);
  }

  @Test
  void aCancelledPatientCall_leavesTheLine() {
    var first = bench.embedder.embed(many(32), CallLife.unbounded(), WhenFull.WAIT);
    CallLife life = new CallLife(OptionalLong.empty());
    var waiting = bench.embedder.embed(many(8), life, WhenFull.WAIT);
    life.cancel();
    assertEnded(waiting, Kind.CANCELLED);
    compute.runAll();
    assertThat(first.join().outcomes()).hasSize(32);
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void aLateCall_isNotComputed() {
    CallLife late = new CallLife(OptionalLong.of(System.nanoTime() - 1));
    assertEnded(bench.embedder.embed(many(3), late, WhenFull.REFUSE), Kind.DEADLINE_EXCEEDED);
    compute.runAll();
    assertThat(bench.monitor.batches).isEmpty();
    assertThat(bench.monitor.drops).hasSize(3).containsOnly(Drop.DEADLINE);
    assertThat(bench.batcher.admitted()).isZero();
  }

  private static void assertEnded(CompletableFuture<EmbedAnswer> answer, Kind kind) {
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void badRequests_nameTheFieldAndWhatIsAllowed() {
    assertInvalid(call(), "images has 0 entries; allowed: 1 to 32 per request");
    assertInvalid(many(33), "images has 33 entries");
    assertInvalid(
        new EmbedCall("m", 0, List.of(pixels(1)), "logits", false),
        "options.output is \"logits\"; allowed: embedding, projection");
    assertThatThrownBy(() -> new EmbedCall("../m", 0, List.of(pixels(1)), "", false))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("model.model is \"../m\"; allowed: ");
    assertThat(bench.batcher.admitted()).isZero();
  }

  private void assertInvalid(EmbedCall call, String message) {
    assertThatThrownBy(bench.embedder.embed(call, CallLife.unbounded(), WhenFull.REFUSE)::join)
        .cause()
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
              assertThat(e).hasMessageContaining(message);
            });
  }

  private static void assertUnreadable(EmbedAnswer.Outcome outcome, String message) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Unreadable.class,
            unreadable -> assertThat(unreadable.message()).contains(message).doesNotContain("\n"));
  }

  private static void assertClose(EmbedAnswer.Outcome outcome, float[] expected) {
    assertClose(((Embedded) outcome).vector(), expected);
  }

  private static void assertClose(FloatBuffer vector, float[] expected) {
    assertThat(vector.limit()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(vector.get(i))
          .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static ImageInput pixels(long seed) {
    return new ImageInput.Pixels(8, 8, ByteString.copyFrom(TestImages.pixels(8, seed)));
  }

  private static EmbedCall call(ImageInput... images) {
    return new EmbedCall("m", 0, List.of(images), "", false);
  }

  private static EmbedCall many(int images) {
    List<ImageInput> inputs = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      inputs.add(pixels(i));
    }
    return new EmbedCall("m", 0, inputs, "", false);
  }
}
