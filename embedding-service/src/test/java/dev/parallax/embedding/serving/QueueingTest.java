package dev.parallax.embedding.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.batching.Priority;
import dev.parallax.embedding.batching.QueueTime;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.ManualTime;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.monitor.ServingMonitor.Refusal;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractObjectAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits, how long, and who is not let in: one executor, batches of 16, a queue of 64. */
final class QueueingTest {
  private static final int BATCH = 16;
  private static final Priority HIGH = new Priority(1);
  private static final Priority LOW = new Priority(Priority.LOWEST);
  private static final Duration LINGER = Duration.ofMillis(5);
  private static final Duration MS = Duration.ofMillis(1);

  // before the run, when the input stands ready, after the run
  private static final int LOOKS_PER_BATCH = 2;

  @TempDir Path root;
  private final ManualExecutor compute = new ManualExecutor();
  private final ManualTime time = new ManualTime();
  private Bench bench;

  @AfterEach
  void close() {
    bench.close();
  }

  private void open(Duration linger, QueueTime queueTime) {
    bench =
        new Bench(
            root,
            new BatchSettings(BATCH, 1, 64, linger, queueTime),
            compute,
            Runnable::run,
            1,
            time);
    bench.repository.publish("m", new TinyModel(8, 5, 1));
    bench.repository.publish("other", new TinyModel(8, 5, 2));
    bench.catalog.refresh().join();
  }

  private void openGreedy() {
    open(Duration.ZERO, QueueTime.usual());
  }

  @Test
  void aHigherPriority_isComputedFirst() {
    openGreedy();
    var low = embed(LOW, BATCH);
    var usual = embed(Priority.DEFAULT, BATCH);
    var high = embed(HIGH, BATCH);
    compute.runOne();
    assertThat(high).isDone();
    assertThat(usual).isNotDone();
    compute.runOne();
    assertThat(usual).isDone();
    assertThat(low).isNotDone();
    compute.runAll();
    assertThat(low).isCompleted();
    assertThat(bench.monitor.batches).containsExactly(BATCH, BATCH, BATCH);
  }

  @Test
  void aLargeCall_isNoWallBeforeASmallOne() {
    openGreedy();
    var large = embed(Priority.DEFAULT, 2 * BATCH);
    var small = embed(Priority.DEFAULT, 1);
    compute.runOne();
    assertThat(small).isNotDone();
    compute.runOne();
    assertThat(small).isCompleted();
    assertThat(large).isNotDone();
    compute.runAll();
    assertThat(large).isCompleted();
  }

  @Test
  void theCallsOfAStream_areOneCaller() {
    openGreedy();
    CallLife stream = CallLife.unbounded();
    var first = embed("m", Priority.DEFAULT, BATCH, stream, WhenFull.WAIT);
    var second =
        embed("m", Priority.DEFAULT, BATCH, stream.limitedTo(Duration.ofHours(1)), WhenFull.WAIT);
    var other = embed(Priority.DEFAULT, 1);
    compute.runOne();
    assertThat(first).isCompleted();
    compute.runOne();
    assertThat(other).isCompleted();
    assertThat(second).isNotDone();
    compute.runAll();
    assertThat(second).isCompleted();
  }

  @Test
  void lingering_aFewImagesWait_untilTheTimeHasPassed() {
    open(LINGER, QueueTime.usual());
    var few = embed(Priority.DEFAULT, 3);
    compute.runAll();
    assertThat(few).isNotDone();
    time.pass(LINGER.minus(MS));
    compute.runAll();
    assertThat(few).isNotDone();
    var more = embed(Priority.DEFAULT, 2);
    time.pass(MS);
    compute.runAll();
    assertThat(few).isCompleted();
    assertThat(more).isCompleted();
    assertThat(bench.monitor.batches).containsExactly(5);
  }

  @Test
  void lingering_aFullBatchStartsAtOnce_whoeverFillsIt() {
    open(LINGER, QueueTime.usual());
    var _ = embed(Priority.DEFAULT, BATCH - 1);
    compute.runAll();
    var _ = embed(Priority.DEFAULT, 4);
    compute.runAll();
    assertThat(bench.monitor.batches).containsExactly(BATCH);
    assertThat(bench.batcher.waiting()).isEqualTo(3);

    time.pass(LINGER);
    compute.runAll();
    assertThat(bench.monitor.batches).containsExactly(BATCH, 3);
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void lingering_theTimeCountsFromTheFirstOfThoseWhoWait() {
    open(LINGER, QueueTime.usual());
    var _ = embed(Priority.DEFAULT, BATCH);
    compute.runAll();
    time.pass(MS);
    var late = embed(Priority.DEFAULT, 1);
    time.pass(LINGER.minus(MS));
    compute.runAll();
    assertThat(late).as("the alarm was that of the batch before").isNotDone();
    time.pass(MS);
    compute.runAll();
    assertThat(late).isCompleted();
  }

  @Test
  void lingering_aCancelledCallLeavesNothingToWaitFor() {
    open(LINGER, QueueTime.usual());
    CallLife life = CallLife.unbounded();
    var _ = embed("m", Priority.DEFAULT, 3, life, WhenFull.REFUSE);
    life.cancel();
    assertThat(bench.batcher.admitted()).isZero();
    time.pass(LINGER);
    compute.runAll();
    assertThat(bench.monitor.batches).isEmpty();
    var next = embed(Priority.DEFAULT, 1);
    time.pass(LINGER);
    compute.runAll();
    assertThat(next).isCompleted();
  }

  @Test
  void aWaitThatIsTooLong_refusesAtOnce_oneImageOrMany_untilItIsShortAgain() {
    openWithBatchesOf(Duration.ofMillis(200), new QueueTime(Optional.of(Duration.ofMillis(100))));
    var first = embed(Priority.DEFAULT, 2 * BATCH);
    assertRefused(embed(Priority.DEFAULT, 1), "waits about 200 ms for its turn; allowed: 100 ms");
    assertRefused(embed(Priority.DEFAULT, 2 * BATCH), "waits about 200 ms");
    assertThat(bench.monitor.refusals).containsExactly(Refusal.QUEUE_TIME, Refusal.QUEUE_TIME);
    var urgent = embed(HIGH, 1);
    var patient = embed("m", Priority.DEFAULT, 1, CallLife.unbounded(), WhenFull.WAIT);

    compute.runAll();
    assertThat(List.of(first, urgent, patient)).allSatisfy(f -> assertThat(f).isCompleted());
    var afterwards = embed(Priority.DEFAULT, 2 * BATCH);
    compute.runAll();
    assertThat(afterwards).isCompleted();
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void usually_whatFewBatchesTake_isAllowed_howeverSlowTheModel() {
    openWithBatchesOf(Duration.ofMinutes(1), QueueTime.usual());
    var calls = IntStream.range(0, 4).mapToObj(i -> embed(Priority.DEFAULT, BATCH)).toList();
    assertRefused(embed(Priority.DEFAULT, 1), "room for 0 of its 64 images");
    compute.runAll();
    assertThat(calls).allSatisfy(call -> assertThat(call).isCompleted());
  }

  @Test
  void aCallWhoseDeadlinePassesBeforeItsTurn_isRefusedAtOnce() {
    openWithBatchesOf(Duration.ofHours(2), QueueTime.usual());
    var first = embed(Priority.DEFAULT, BATCH);
    CallLife hasty = CallLife.unbounded().limitedTo(Duration.ofHours(1));
    assertRefused(
        embed("m", Priority.DEFAULT, 1, hasty, WhenFull.REFUSE), "waits about 7200000 ms");
    CallLife calm = CallLife.unbounded().limitedTo(Duration.ofHours(3));
    var second = embed("m", Priority.DEFAULT, 1, calm, WhenFull.REFUSE);
    CallLife late = new CallLife(OptionalLong.of(System.nanoTime() - 1));
    var tooLate = embed("m", Priority.DEFAULT, 1, late, WhenFull.REFUSE);
    compute.runAll();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertFailed(tooLate, Kind.DEADLINE_EXCEEDED, "deadline");
  }

  @Test
  void modelsTakeTurns_soThatEachWaitsForAsMuchOfTheOther() {
    openWithBatchesOf(Duration.ofMillis(200), new QueueTime(Optional.of(Duration.ofMillis(300))));
    var _ = embed("other", Priority.DEFAULT, BATCH, CallLife.unbounded(), WhenFull.REFUSE);
    var _ = embed("other", Priority.DEFAULT, BATCH, CallLife.unbounded(), WhenFull.REFUSE);
    var alone = embed(Priority.DEFAULT, BATCH);
    assertRefused(embed(Priority.DEFAULT, 1), "waits about 400 ms for its turn; allowed: 300 ms");
    compute.runAll();
    assertThat(alone).isCompleted();
  }

  /** With enough batches behind it for the pace to be known. */
  private void openWithBatchesOf(Duration batch, QueueTime queueTime) {
    open(Duration.ZERO, queueTime);
    time.stepBy(batch.dividedBy(LOOKS_PER_BATCH));
    for (String model : List.of("m", "other")) {
      for (int i = 0; i < 8; i++) {
        var _ = embed(model, Priority.DEFAULT, BATCH, CallLife.unbounded(), WhenFull.REFUSE);
        compute.runAll();
      }
    }
    assertThat(bench.monitor.refusals).isEmpty();
  }

  private CompletableFuture<EmbedAnswer> embed(Priority priority, int images) {
    return embed("m", priority, images, CallLife.unbounded(), WhenFull.REFUSE);
  }

  private CompletableFuture<EmbedAnswer> embed(
      String model, Priority priority, int images, CallLife life, WhenFull whenFull) {
    ImageInput image =
        new ImageInput.Pixels(8, 8, ByteString.copyFrom(TestImages.pixels(8, images)));
    return bench.embedder.embed(
        new EmbedCall(
            ModelQuery.of(model, 0),
            IntStream.range(0, images).mapToObj(i -> image).toList(),
            List.of(),
            false,
            priority),
        life,
        whenFull);
  }

  private static void assertRefused(CompletableFuture<EmbedAnswer> refused, String message) {
    assertFailed(refused, Kind.RESOURCE_EXHAUSTED, message)
        .satisfies(e -> assertThat(e.retryAfter()).isPresent());
  }

  private static AbstractObjectAssert<?, RequestException> assertFailed(
      CompletableFuture<EmbedAnswer> call, Kind kind, String message) {
    assertThat(call).isCompletedExceptionally();
    return assertThatThrownBy(call::join)
        .cause()
        .asInstanceOf(InstanceOfAssertFactories.type(RequestException.class))
        .satisfies(
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e).hasMessageContaining(message);
            });
  }
}
