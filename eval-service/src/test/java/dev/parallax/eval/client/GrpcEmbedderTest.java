package dev.parallax.eval.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.eval.features.Embedder;
import dev.parallax.eval.features.ImageBatch;
import dev.parallax.eval.features.ServedModel;
import dev.parallax.eval.fixtures.EmbeddingPeer;
import dev.parallax.eval.fixtures.PixelModel;
import dev.parallax.images.RgbImage;
import dev.parallax.images.dataset.Item;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcEmbedderTest {
  private static final int BATCHES = 25;
  private static final int IMAGES = 4;
  private static final int IN_FLIGHT = 3;

  private final EmbeddingPeer peer = new EmbeddingPeer();
  private final Collecting sink = new Collecting();
  private ManagedChannel channel;
  private GrpcEmbedder embedder;

  @BeforeEach
  void connect() {
    channel = Channels.open(peer.target(), Optional.empty(), false, Optional.empty());
    embedder = embedder(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    peer.close();
  }

  @Test
  void everyImage_isEmbeddedOnce() throws Exception {
    embedder.embed(embedder.find("pixels", 3, "embedding"), batches(new AtomicInteger()), sink);

    assertCorrect();
    assertThat(sink.warnings).isEmpty();
  }

  @Test
  void versionZero_isTheNewest() {
    assertThat(embedder.find("pixels", 0, "embedding").version()).isEqualTo(EmbeddingPeer.NEWEST);
  }

  @Test
  void anotherOutput_isMeasuredInItsSize() throws Exception {
    ServedModel projection = embedder.find("pixels", 3, "projection");

    assertThat(projection.embeddingSize()).isEqualTo(EmbeddingPeer.PROJECTION_SIZE);
    embedder.embed(projection, batches(new AtomicInteger()), sink);
    assertThat(sink.vectors).hasSize(BATCHES * IMAGES);
    assertThat(sink.vectors.values())
        .allMatch(values -> values.length == EmbeddingPeer.PROJECTION_SIZE);
  }

  @Test
  void unknownOutput_isRefused_withThoseThatAreThere() {
    assertThatThrownBy(() -> embedder.find("pixels", 3, "logits"))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .hasMessage("spec.output is \"logits\"; allowed: embedding, projection");
  }

  @Test
  void unknownModel_isNotFound_withARemedy() {
    assertThatThrownBy(() -> embedder.find("nothing", 0, "embedding"))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
        .hasMessageContaining("serves no model \"nothing\"")
        .hasMessageContaining("parallax models");
  }

  @Test
  void serviceThatIsAway_isSaidToBe() {
    peer.stop();
    assertThatThrownBy(() -> embedder.find("pixels", 0, "embedding"))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining(peer.target())
        .hasMessageContaining("Start it");
  }

  @Test
  void batchesAreRead_onlyWhenThereIsRoomInFlight() throws Exception {
    peer.hold();
    AtomicInteger read = new AtomicInteger();
    ServedModel model = embedder.find("pixels", 0, "embedding");
    CompletableFuture<Void> work = inBackground(() -> embedder.embed(model, batches(read), sink));
    peer.awaitHeld();

    assertThat(read.get()).isLessThanOrEqualTo(IN_FLIGHT);
    peer.release();
    work.get(20, TimeUnit.SECONDS);
    assertCorrect();
  }

  @Test
  void refusedBatches_areSentAgain() throws Exception {
    for (int i = 0; i < 4; i++) {
      peer.refuseNext(Status.RESOURCE_EXHAUSTED.withDescription("the queue is full"));
      peer.refuseNext(Status.UNAVAILABLE.withDescription("the model is being replaced"));
    }
    embedder.embed(embedder.find("pixels", 0, "embedding"), batches(new AtomicInteger()), sink);

    assertCorrect();
    assertThat(sink.warnings).singleElement().asString().contains("refuses for now");
  }

  @Test
  void serviceThatGoesAwayAndComesBack_losesNothing() throws Exception {
    peer.dieAfter(7);
    ServedModel model = embedder.find("pixels", 0, "embedding");
    CompletableFuture<Void> work =
        inBackground(() -> embedder.embed(model, batches(new AtomicInteger()), sink));
    sink.awaitWarning();
    peer.start();
    work.get(30, TimeUnit.SECONDS);

    assertCorrect();
  }

  @Test
  void serviceThatStaysAway_failsWithOneLine() throws Exception {
    GrpcEmbedder impatient = embedder(Duration.ofMillis(300));
    ServedModel model = impatient.find("pixels", 0, "embedding");
    peer.dieAfter(3);

    assertThatThrownBy(() -> impatient.embed(model, batches(new AtomicInteger()), sink))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("has not answered for")
        .hasMessageContaining(peer.target());
  }

  @Test
  void serviceThatComesBackWithAnotherModel_isNotMixedIn() throws Exception {
    peer.dieAfter(5);
    ServedModel model = embedder.find("pixels", 0, "embedding");
    CompletableFuture<Void> work =
        inBackground(() -> embedder.embed(model, batches(new AtomicInteger()), sink));
    sink.awaitWarning();
    peer.checksum("cd".repeat(32));
    peer.start();

    assertThatThrownBy(() -> work.get(30, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(RequestException.class)
        .hasStackTraceContaining("another checksum");
  }

  @Test
  void answerOfAnotherVersion_isRefused() {
    peer.answerAs(3);
    assertThatThrownBy(
            () ->
                embedder.embed(
                    embedder.find("pixels", 4, "embedding"), batches(new AtomicInteger()), sink))
        .hasMessageContaining("answered with pixels/3 where pixels/4 was asked");
  }

  @Test
  void badRequest_failsAtOnce() {
    peer.refuseNext(Status.INVALID_ARGUMENT.withDescription("no output \"embedding\""));
    assertThatThrownBy(
            () ->
                embedder.embed(
                    embedder.find("pixels", 4, "embedding"), batches(new AtomicInteger()), sink))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("no output");
  }

  @Test
  void interrupt_endsTheWork() throws Exception {
    peer.hold();
    ServedModel model = embedder.find("pixels", 0, "embedding");
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Void> work =
        inBackground(
            () -> {
              thread.complete(Thread.currentThread());
              embedder.embed(model, batches(new AtomicInteger()), sink);
            });
    peer.awaitHeld();
    thread.get().interrupt();

    assertThatThrownBy(() -> work.get(10, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(InterruptedException.class);
  }

  private void assertCorrect() {
    assertThat(sink.vectors).hasSize(BATCHES * IMAGES);
    assertThat(sink.twice).isZero();
    sink.vectors.forEach(
        (position, values) -> assertThat(values).isEqualTo(PixelModel.embed(image(position))));
  }

  private GrpcEmbedder embedder(Duration retryFor) {
    return new GrpcEmbedder(
        channel,
        new ClientSettings(
            peer.target(),
            IN_FLIGHT,
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            retryFor,
            Duration.ofMillis(5),
            Duration.ofMillis(50)));
  }

  private static Iterator<ImageBatch> batches(AtomicInteger read) {
    return IntStream.range(0, BATCHES)
        .mapToObj(
            batch -> {
              read.incrementAndGet();
              int[] positions = IntStream.range(batch * IMAGES, (batch + 1) * IMAGES).toArray();
              return new ImageBatch(
                  positions,
                  IntStream.of(positions)
                      .<Item>mapToObj(position -> new Item.Pixels(image(position)))
                      .toList());
            })
        .iterator();
  }

  private static RgbImage image(int position) {
    byte[] rgb = new byte[4 * 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (position * 31 + i * 7);
    }
    return new RgbImage(4, 4, rgb);
  }

  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }

  private static CompletableFuture<Void> inBackground(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (Throwable t) {
                done.completeExceptionally(t);
              }
            });
    return done;
  }

  private static final class Collecting implements Embedder.Sink {
    private final Map<Integer, float[]> vectors = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final CompletableFuture<String> warned = new CompletableFuture<>();
    private int twice;

    @Override
    public void embedded(int position, float[] values) {
      if (vectors.put(position, values) != null) {
        twice++;
      }
    }

    @Override
    public void rejected(int position, String reason) {
      throw new AssertionError("image " + position + " was rejected: " + reason);
    }

    @Override
    public void warn(String line) {
      warnings.add(line);
      warned.complete(line);
    }

    void awaitWarning() throws Exception {
      warned.get(20, TimeUnit.SECONDS);
    }
  }
}
