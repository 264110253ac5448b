package dev.parallax.embedding.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.CountingMonitor;
import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.GateLimits;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.ModelSelector;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamCallTest {
  @TempDir Path root;
  private final ManualExecutor compute = new ManualExecutor();
  private final Gate gate = new Gate(new GateLimits(10, 1 << 20, 1), new CountingMonitor());
  private final OpenStreams streams = new OpenStreams();
  private final Wire wire = new Wire();
  private Bench bench;
  private StreamObserver<EmbedStreamRequest> stream;

  @BeforeEach
  void open() {
    bench = new Bench(root, new BatchSettings(16, 1, 64), compute, Runnable::run, 1);
    bench.repository.publish("m", new TinyModel(8, 4, 1));
    bench.catalog.refresh().join();
    stream =
        new StreamCall<>(
                wire,
                new EmbedExchange(bench.embedder),
                gate,
                new StreamLimits(8, 1 << 20),
                CallLife.unbounded(),
                streams)
            .start();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void messagesAreAskedFor_onlyWhileFewImagesAreInFlight() {
    assertThat(wire.asked).isEqualTo(1);
    stream.onNext(message(1, 3));
    assertThat(wire.asked).isEqualTo(2);
    stream.onNext(message(2, 5));
    wire.ready.run();
    assertThat(wire.asked).as("8 images are in flight").isEqualTo(2);

    compute.runAll();
    assertThat(wire.sent).extracting(EmbedStreamResponse::getId).containsExactlyInAnyOrder(1L, 2L);
    assertThat(wire.asked).isEqualTo(3);
  }

  @Test
  void aReaderThatIsSlow_isSentWhatIsInFlight_andAskedForNothingMore() {
    wire.isReady = false;
    stream.onNext(message(1, 3));
    compute.runAll();
    assertThat(wire.sent).hasSize(1);
    assertThat(wire.asked).isEqualTo(1);

    wire.isReady = true;
    wire.ready.run();
    assertThat(wire.asked).isEqualTo(2);
  }

  @Test
  void theStreamEnds_whenTheClientIsDoneAndEverythingIsAnswered() {
    stream.onNext(message(1, 3));
    stream.onCompleted();
    assertThat(wire.completed).isFalse();
    compute.runAll();
    assertThat(wire.completed).isTrue();
    assertThat(streams.count()).isZero();
    gate.openStream().close();
  }

  @Test
  void aClientThatGoesAway_leavesNothingBehind() {
    stream.onNext(message(1, 3));
    wire.cancel.run();
    assertThat(bench.batcher.admitted()).isZero();
    assertThat(gate.calls()).isZero();
    compute.runAll();
    assertThat(wire.sent).isEmpty();
    gate.openStream().close();
  }

  @Test
  void aServiceThatStops_answersWhatItHasRead_thenEndsTheStream() {
    stream.onNext(message(1, 3));
    gate.stop();
    streams.stop();
    assertThat(wire.failure).isNull();
    compute.runAll();
    assertThat(wire.sent).hasSize(1);
    assertThat(Status.fromThrowable(wire.failure).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(gate.calls()).isZero();
  }

  private static EmbedStreamRequest message(long id, int images) {
    EmbedRequest.Builder request =
        EmbedRequest.newBuilder().setModel(ModelSelector.newBuilder().setModel("m"));
    for (int i = 0; i < images; i++) {
      request.addImages(TestImages.raw(8, TestImages.pixels(8, i)));
    }
    return EmbedStreamRequest.newBuilder().setId(id).setRequest(request).build();
  }

  /** The transport's end, as slow as the test wants it. */
  private static final class Wire extends ServerCallStreamObserver<EmbedStreamResponse> {
    private final List<EmbedStreamResponse> sent = new ArrayList<>();
    private boolean isReady = true;
    private boolean completed;
    private Throwable failure;
    private int asked;
    private Runnable ready;
    private Runnable cancel;

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      cancel = handler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return isReady;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      ready = handler;
    }

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void request(int count) {
      asked += count;
    }

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void onNext(EmbedStreamResponse response) {
      sent.add(response);
    }

    @Override
    public void onError(Throwable t) {
      failure = t;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
