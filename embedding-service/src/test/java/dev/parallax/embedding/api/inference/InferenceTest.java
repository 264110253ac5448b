package dev.parallax.embedding.api.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.monitor.ServingMonitor.Drop;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.InferTensorContents;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InferenceTest {
  private static final int SIDE = 8;

  @TempDir Path root;
  private final ManualExecutor compute = new ManualExecutor();
  private final ManualExecutor workers = new ManualExecutor();
  private Bench bench;
  private Inference inference;

  @BeforeEach
  void open() {
    bench = new Bench(root, new BatchSettings(16, 1, 8), compute, Runnable::run, 1);
    bench.repository.publish("m", new TinyModel(SIDE, 4, 1));
    bench.catalog.refresh().join();
    inference = new Inference(bench.embedder, bench.catalog, workers);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theTimeout_endsTheCallWhenItPasses_andFreesItsRoom() {
    CompletableFuture<ModelInferResponse> answer =
        inference.infer(
            raw(2).putParameters("timeout", integer(1_000)).build(),
            CallLife.unbounded(),
            WhenFull.REFUSE);
    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED));
    // the caller hears first
    await().untilAsserted(() -> assertThat(bench.batcher.admitted()).isZero());
    assertThat(bench.monitor.drops).containsExactly(Drop.DEADLINE, Drop.DEADLINE);
    compute.runAll();
    assertThat(bench.monitor.batches).isEmpty();
  }

  @Test
  void aCancelledCall_isCancelledThroughItsTimeout() {
    CallLife life = CallLife.unbounded();
    CompletableFuture<ModelInferResponse> answer =
        inference.infer(
            raw(1).putParameters("timeout", integer(60_000_000)).build(), life, WhenFull.REFUSE);
    assertThat(answer).isNotDone();
    life.cancel();
    assertThatThrownBy(answer::join)
        .cause()
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void aFullQueue_refusesWithAHint() {
    var _ = inference.infer(raw(4).build(), CallLife.unbounded(), WhenFull.REFUSE);
    var _ = inference.infer(raw(4).build(), CallLife.unbounded(), WhenFull.REFUSE);
    assertThatThrownBy(
            () -> inference.infer(raw(1).build(), CallLife.unbounded(), WhenFull.REFUSE).join())
        .cause()
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
              assertThat(e.retryAfter()).isPresent();
            });
    compute.runAll();
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void aRefusedRequest_leavesNoLeaseAndNoPermit() throws Exception {
    assertThatThrownBy(
            () ->
                inference
                    .infer(
                        raw(1).setRawInputContents(0, ByteString.EMPTY).build(),
                        CallLife.unbounded(),
                        WhenFull.REFUSE)
                    .join())
        .hasMessageContaining("raw_input_contents[0] has 0 bytes");
    CompletableFuture<Void> closed =
        bench.catalog.unload("m").thenCompose(unloading -> unloading.closed());
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void typedContents_areCopiedOffTheCallersThread() {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (byte value : TestImages.pixels(SIDE, 0)) {
      contents.addUintContents(value & 0xff);
    }
    ModelInferRequest typed =
        request(1).setInputs(0, tensor(1).setContents(contents).build()).build();
    CompletableFuture<ModelInferResponse> answer =
        inference.infer(typed, CallLife.unbounded(), WhenFull.REFUSE);
    compute.runAll();
    assertThat(answer).isNotDone();
    workers.runAll();
    compute.runAll();

    CompletableFuture<ModelInferResponse> same =
        inference.infer(raw(1).build(), CallLife.unbounded(), WhenFull.REFUSE);
    compute.runAll();
    assertThat(answer.join().getRawOutputContentsList())
        .isEqualTo(same.join().getRawOutputContentsList());
  }

  private static ModelInferRequest.Builder raw(int images) {
    ByteString pixels = ByteString.EMPTY;
    for (int i = 0; i < images; i++) {
      pixels = pixels.concat(ByteString.copyFrom(TestImages.pixels(SIDE, i)));
    }
    return request(images).addRawInputContents(pixels);
  }

  private static ModelInferRequest.Builder request(int images) {
    return ModelInferRequest.newBuilder().setModelName("m").addInputs(tensor(images));
  }

  private static InferInputTensor.Builder tensor(int images) {
    return InferInputTensor.newBuilder()
        .setName("image")
        .setDatatype("UINT8")
        .addShape(images)
        .addShape(SIDE)
        .addShape(SIDE)
        .addShape(3);
  }

  private static InferParameter integer(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }
}
